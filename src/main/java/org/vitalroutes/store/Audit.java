package org.vitalroutes.store;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The audit trail: who did what to an account. Append-only; the database refuses changes. */
public final class Audit {

  /** Actor of what the service does on its own. */
  public static final String SYSTEM = "system";

  /** Actor of what a user did at Withings. */
  public static final String WITHINGS = "withings";

  private final JdbcClient jdbc;

  public Audit(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Adds a row.
   *
   * @param actor a caller's subject, {@link #SYSTEM} or {@link #WITHINGS}
   * @param action one word, such as {@code connect}
   * @param detail without health data and secrets
   */
  public void record(String actor, String action, @Nullable UUID account, String detail) {
    jdbc.sql("insert into audit_event (actor, action, account_id, detail) values (?, ?, ?, ?)")
        .param(actor)
        .param(action)
        .param(account)
        .param(detail)
        .update();
  }
}
