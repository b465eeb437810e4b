package org.vitalroutes.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.OAuthState;

/** Authorizations in progress. Only a hash of the state is stored. */
public final class OAuthStates {

  /** How long a user may take to consent. */
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private static final int MOST_OPEN = 5;

  private final JdbcClient jdbc;

  public OAuthStates(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Stores an authorization in progress. A caller has five at most; the oldest is dropped. */
  public void store(String stateValue, OAuthState state) {
    jdbc.sql(
            """
            with oldest as (
              delete from oauth_state where subject = :subject and state_hash not in (
                select state_hash from oauth_state where subject = :subject
                order by expires_at desc limit :others))
            insert into oauth_state
              (state_hash, provider, subject, patient_id, redirect_uri, actor, link_id,
                expires_at)
            values (:hash, :provider, :subject, :patient, :redirect, :actor, :link,
              now() + make_interval(secs => :life))
            """)
        .param("hash", OAuthState.hash(stateValue))
        .param("provider", state.provider())
        .param("subject", state.subject())
        .param("patient", state.patientId())
        .param("redirect", state.redirectUri())
        .param("actor", state.actor().name())
        .param("link", state.link())
        .param("others", MOST_OPEN - 1)
        .param("life", (double) LIFETIME.toSeconds())
        .update();
  }

  /** Uses up an authorization in progress; empty when the state is unknown, used or expired. */
  public Optional<OAuthState> consume(String stateValue) {
    return jdbc.sql(
            """
            delete from oauth_state where state_hash = ?
            returning provider, subject, patient_id, redirect_uri, actor, link_id,
              expires_at > now() as live
            """)
        .param(OAuthState.hash(stateValue))
        .query(
            (row, i) ->
                row.getBoolean("live") ? Optional.of(state(row)) : Optional.<OAuthState>empty())
        .optional()
        .flatMap(state -> state);
  }

  static OAuthState state(ResultSet row) throws SQLException {
    String subject = row.getString("subject");
    return new OAuthState(
        row.getString("provider"),
        subject,
        row.getString("patient_id"),
        row.getString("redirect_uri"),
        Actor.of(row.getString("actor"), subject),
        row.getObject("link_id", UUID.class));
  }
}
