package org.vitalroutes.store;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Notifications that say that a user has unlinked us. One may arrive hours late, when the user has
 * connected again since, and so is believed only when Withings refuses the token too.
 */
public final class UnlinkReports {

  private final JdbcClient jdbc;

  public UnlinkReports(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Records a report, unless the account was connected after it.
   *
   * @return the account's status; empty when the report concerns an earlier connection
   */
  public Optional<String> record(UUID account, Instant received) {
    return jdbc.sql(
            """
            update connected_account set unlink_reported_at = :received
            where id = :account and status <> 'disconnected' and connected_at < :received
            returning status
            """)
        .param("account", account)
        .param("received", received.atOffset(ZoneOffset.UTC))
        .query(String.class)
        .optional();
  }

  /** Whether the present connection was reported to be unlinked, and no refresh succeeded since. */
  public boolean isReported(UUID account) {
    return jdbc.sql(
            """
            select exists (
              select from connected_account
              where id = ? and unlink_reported_at > connected_at
                and (tokens_changed_at is null or tokens_changed_at < unlink_reported_at))
            """)
        .param(account)
        .query(Boolean.class)
        .single();
  }
}
