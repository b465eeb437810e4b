package org.vitalroutes.store;

import java.sql.Types;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.accounts.Actor;

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
   * Adds a row for a read, unless the same reader has read the same within the hour: a page that
   * refreshes itself would write thousands a day.
   *
   * @param actor a caller's subject
   * @param action one word that begins with {@code read}
   * @param detail what was read; the same for every repetition
   */
  public void recordRead(String actor, String action, @Nullable UUID account, String detail) {
    jdbc.sql(
            """
            insert into audit_event (actor, action, account_id, detail)
            select :actor, :action, :account, :detail
            where not exists (select from audit_event
              where actor = :actor and action = :action and action like 'read%'
                and account_id is not distinct from :account and detail = :detail
                and at > now() - interval '1 hour')
            """)
        .param("actor", actor)
        .param("action", action)
        .param("account", account, Types.OTHER)
        .param("detail", detail)
        .update();
  }

  /**
   * Adds a row.
   *
   * @param actor a caller's subject, {@link #SYSTEM} or {@link #WITHINGS}
   * @param action one word, such as {@code connect}
   * @param detail without health data and secrets
   */
  public void record(String actor, String action, @Nullable UUID account, String detail) {
    record(Actor.of(actor), action, account, detail);
  }

  /** Adds a row that also says for whom a backend acted. */
  public void record(Actor actor, String action, @Nullable UUID account, String detail) {
    jdbc.sql(
            """
            insert into audit_event (actor, acting_for, action, account_id, detail)
            values (?, ?, ?, ?, ?)
            """)
        .param(actor.name())
        .param(actor.actingFor())
        .param(action)
        .param(account)
        .param(detail)
        .update();
  }
}
