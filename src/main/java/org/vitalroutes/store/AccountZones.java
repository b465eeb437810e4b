package org.vitalroutes.store;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The last known time zone of each account. */
public final class AccountZones {

  private final JdbcClient jdbc;

  public AccountZones(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The account's zone; null when unknown or unknown to this JVM. */
  public @Nullable ZoneId of(UUID account) {
    String zone =
        jdbc.sql("select coalesce(time_zone, '') from connected_account where id = ?")
            .param(account)
            .query(String.class)
            .optional()
            .orElse("");
    try {
      return zone.isEmpty() ? null : ZoneId.of(zone);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Records the zone that an answer named. */
  public void record(UUID account, ZoneId zone) {
    jdbc.sql(
            """
            update connected_account set time_zone = :zone
            where id = :account and time_zone is distinct from :zone
            """)
        .param("account", account)
        .param("zone", zone.getId())
        .update();
  }
}
