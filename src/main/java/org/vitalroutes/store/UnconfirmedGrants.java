package org.vitalroutes.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.accounts.TokenCipher;
import org.vitalroutes.accounts.Tokens;

/**
 * Grants that wait for the app's session to confirm them. A browser that consented proves nothing
 * about who began: somebody else may have sent the link (RFC 9700, section 4.7).
 */
public final class UnconfirmedGrants {

  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private final JdbcClient jdbc;
  private final TokenCipher cipher;

  public UnconfirmedGrants(JdbcClient jdbc, TokenCipher cipher) {
    this.jdbc = jdbc;
    this.cipher = cipher;
  }

  /**
   * A grant that its caller has confirmed.
   *
   * @param state the authorization that it came from
   * @param tokens the secrets
   */
  public record Confirmed(OAuthState state, Tokens tokens) {}

  /**
   * Stores a grant apart from the accounts, with its tokens encrypted.
   *
   * @return the confirmation, of which only a hash is stored
   */
  public String store(OAuthState state, String stateValue, Tokens granted) {
    UUID id = UUID.randomUUID();
    String confirmation = OAuthState.freshValue();
    jdbc.sql(
            """
            insert into unconfirmed_grant (id, confirmation_hash, state_hash, provider, subject,
              patient_id, redirect_uri, actor, external_user_id, scopes, access_token, refresh_token,
              access_token_expires_at, expires_at)
            values (:id, :confirmation, :state, :provider, :subject, :patient, :redirect, :actor, :user,
              :scopes, :access, :refresh, :tokenExpires, now() + make_interval(secs => :life))
            """)
        .param("id", id)
        .param("confirmation", OAuthState.hash(confirmation))
        .param("state", OAuthState.hash(stateValue))
        .param("provider", state.provider())
        .param("subject", state.subject())
        .param("patient", state.patientId())
        .param("redirect", state.redirectUri())
        .param("actor", state.actor().name())
        .param("user", granted.externalUserId())
        .param("scopes", String.join(",", granted.scopes()))
        .param("access", cipher.encrypt(granted.accessToken(), id, AccountTokens.ACCESS))
        .param("refresh", cipher.encrypt(granted.refreshToken(), id, AccountTokens.REFRESH))
        .param("tokenExpires", granted.expiresAt().atOffset(ZoneOffset.UTC))
        .param("life", (double) LIFETIME.toSeconds())
        .update();
    return confirmation;
  }

  /**
   * Takes a grant that its caller confirms, once.
   *
   * @return empty when there is none for these values and this caller, or it is too old
   */
  public Optional<Confirmed> confirm(
      String provider, String confirmation, String stateValue, String subject) {
    return jdbc.sql(
            """
            delete from unconfirmed_grant
            where confirmation_hash = :confirmation and state_hash = :state
              and provider = :provider and subject = :subject and expires_at > now()
            returning id, provider, subject, patient_id, redirect_uri, actor, external_user_id,
              null::uuid as link_id, scopes, access_token, refresh_token, access_token_expires_at
            """)
        .param("confirmation", OAuthState.hash(confirmation))
        .param("state", OAuthState.hash(stateValue))
        .param("provider", provider)
        .param("subject", subject)
        .query((row, i) -> confirmed(row))
        .optional();
  }

  private Confirmed confirmed(ResultSet row) throws SQLException {
    UUID id = row.getObject("id", UUID.class);
    return new Confirmed(
        OAuthStates.state(row),
        new Tokens(
            row.getString("external_user_id"),
            cipher.decrypt(row.getBytes("access_token"), id, AccountTokens.ACCESS),
            cipher.decrypt(row.getBytes("refresh_token"), id, AccountTokens.REFRESH),
            row.getTimestamp("access_token_expires_at").toInstant(),
            List.of(row.getString("scopes").split(","))));
  }

  /**
   * Destroys the tokens of grants that nobody confirmed in time, and forgets those of users who are
   * connected: they are not revoked.
   */
  public void dropExpired() {
    jdbc.sql(
            """
            with connected as (
              delete from unconfirmed_grant g where g.expires_at < now() and exists (
                select from connected_account a
                where a.provider = g.provider and a.external_user_id = g.external_user_id
                  and a.status <> 'disconnected'))
            update unconfirmed_grant set access_token = null, refresh_token = null
            where expires_at < now() and access_token is not null
            """)
        .update();
  }
}
