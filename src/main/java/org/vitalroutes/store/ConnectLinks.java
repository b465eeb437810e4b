package org.vitalroutes.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.ConnectLink;
import org.vitalroutes.accounts.OAuthState;

/** Connect links. Only a hash of the token is stored. */
public final class ConnectLinks {

  private static final String COLUMNS =
      """
      id, provider, subject, patient_id, redirect_uri, created_by, created_at, expires_at,
      case when used_at is not null then 'used' when revoked_at is not null then 'revoked'
        when expires_at <= now() then 'expired' else 'open' end as state
      """;

  private static final String OPEN =
      "used_at is null and revoked_at is null and expires_at > now()";

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Audit audit;

  public ConnectLinks(JdbcClient jdbc, TransactionTemplate transaction, Audit audit) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.audit = audit;
  }

  /**
   * Stores a new link.
   *
   * @param createdBy the {@code sub} of the token
   */
  public ConnectLink create(
      String token,
      String provider,
      String subject,
      @Nullable String patient,
      @Nullable String redirectUri,
      String createdBy,
      Duration lifetime) {
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              ConnectLink link =
                  jdbc.sql(
                          """
                          insert into connect_link
                            (token_hash, provider, subject, patient_id, redirect_uri, created_by,
                              expires_at)
                          values (:hash, :provider, :subject, :patient, :redirect, :by,
                            now() + make_interval(secs => :life))
                          returning
                          """
                              + COLUMNS)
                      .param("hash", OAuthState.hash(token))
                      .param("provider", provider)
                      .param("subject", subject)
                      .param("patient", patient)
                      .param("redirect", redirectUri)
                      .param("by", createdBy)
                      .param("life", (double) lifetime.toSeconds())
                      .query((row, i) -> link(row))
                      .single();
              audit.record(Actor.of(createdBy, subject), "create_link", null, link.toString());
              return link;
            }));
  }

  /**
   * The newest links of a provider, of one subject or of all.
   *
   * @param after the last link of the page before; null for the first page
   */
  public List<ConnectLink> list(
      String provider, @Nullable String subject, @Nullable UUID after, int limit) {
    return jdbc.sql(
            "select "
                + COLUMNS
                + """
                from connect_link
                where provider = :provider and (:subject::text is null or subject = :subject)
                  and (:after::uuid is null or (created_at, id) < (
                    select created_at, id from connect_link where id = :after))
                order by created_at desc, id desc limit :limit
                """)
        .param("provider", provider)
        .param("subject", subject)
        .param("after", after, Types.OTHER)
        .param("limit", limit)
        .query((row, i) -> link(row))
        .list();
  }

  /**
   * Revokes a link that is open; any other stays as it is.
   *
   * @return the link as it is then; empty when there is none
   */
  public Optional<ConnectLink> revoke(String provider, UUID id, String actor) {
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              int revoked =
                  jdbc.sql(
                          "update connect_link set revoked_at = now() where id = ? and provider = ?"
                              + " and "
                              + OPEN)
                      .param(id)
                      .param(provider)
                      .update();
              Optional<ConnectLink> link =
                  jdbc.sql("select " + COLUMNS + " from connect_link where id = ? and provider = ?")
                      .param(id)
                      .param(provider)
                      .query((row, i) -> link(row))
                      .optional();
              if (revoked > 0) {
                link.ifPresent(
                    of ->
                        audit.record(
                            Actor.of(actor, of.subject()), "revoke_link", null, of.toString()));
              }
              return link;
            }));
  }

  /** The link of a token, whatever its state. */
  public Optional<ConnectLink> find(String token) {
    return jdbc.sql("select " + COLUMNS + " from connect_link where token_hash = ?")
        .param(OAuthState.hash(token))
        .query((row, i) -> link(row))
        .optional();
  }

  /** Whether a person can connect with a link now. */
  public boolean isOpen(UUID id) {
    return jdbc.sql("select exists (select from connect_link where id = ? and " + OPEN + ")")
        .param(id)
        .query(Boolean.class)
        .single();
  }

  /** Uses up a link, in the transaction of the connection; false when it is not open. */
  static boolean use(JdbcClient jdbc, UUID id) {
    return jdbc.sql("update connect_link set used_at = now() where id = ? and " + OPEN)
            .param(id)
            .update()
        > 0;
  }

  private static ConnectLink link(ResultSet row) throws SQLException {
    return new ConnectLink(
        row.getObject("id", UUID.class),
        row.getString("provider"),
        row.getString("subject"),
        row.getString("patient_id"),
        row.getString("redirect_uri"),
        row.getString("state"),
        row.getString("created_by"),
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("expires_at").toInstant());
  }
}
