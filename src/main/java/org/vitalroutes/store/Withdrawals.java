package org.vitalroutes.store;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Withdrawals of disconnected accounts' data from the FHIR server: a sync request per data kind.
 */
final class Withdrawals {

  private final JdbcClient jdbc;

  Withdrawals(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Requests the withdrawal of a disconnected account's valid Observations, unless its data is
   * kept.
   */
  void request(UUID account) {
    jdbc.sql(
            """
            insert into sync_request as waiting (account_id, kind, priority, window_from, window_to)
            select a.id, d.kind, 'withdrawal', min(d.effective_at), max(d.effective_at)
            from connected_account a join delivered d on d.account_id = a.id
            where a.id = :account and a.status = 'disconnected' and a.on_disconnect <> 'keep'
              and d.resource_type = 'Observation' and not d.in_error
            group by a.id, d.kind
            on conflict (account_id, kind, priority) do update set
              window_from = least(waiting.window_from, excluded.window_from),
              window_to = greatest(waiting.window_to, excluded.window_to),
              triggers = waiting.triggers + 1
            """)
        .param("account", account)
        .update();
  }

  /** Whether a withdrawal is waiting or in flight. */
  boolean pending(UUID account) {
    return jdbc.sql(
            "select exists (select from sync_request where account_id = ? and priority = 'withdrawal')")
        .param(account)
        .query(Boolean.class)
        .single();
  }

  /** Cancels the withdrawals of a reconnected account, dead letters included. */
  void cancel(UUID account) {
    jdbc.sql("delete from sync_request where account_id = ? and priority = 'withdrawal'")
        .param(account)
        .update();
    jdbc.sql(
            """
            update dead_letter set settled = 'discarded', settled_at = now(), settled_by = :actor,
              note = 'connected again'
            where account_id = :account and priority = 'withdrawal' and settled is null
            """)
        .param("actor", Audit.SYSTEM)
        .param("account", account)
        .update();
  }
}
