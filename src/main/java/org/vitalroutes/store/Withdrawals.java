package org.vitalroutes.store;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.sync.Lane;

/** What is to be done with the data of disconnected accounts, a sync request per data kind. */
final class Withdrawals {

  private final JdbcClient jdbc;

  Withdrawals(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Asks for what the account's disconnect settled, if it is disconnected and anything stands. */
  void request(UUID account) {
    jdbc.sql(
            """
            insert into sync_request as waiting (account_id, kind, lane, window_from, window_to)
            select a.id, d.kind, :lane, min(d.effective_at), max(d.effective_at)
            from connected_account a join delivered d on d.account_id = a.id
            where a.id = :account and a.status = 'disconnected' and a.on_disconnect <> 'keep'
              and d.resource_type = 'Observation' and not d.in_error
            group by a.id, d.kind
            on conflict (account_id, kind, lane) do update set
              window_from = least(waiting.window_from, excluded.window_from),
              window_to = greatest(waiting.window_to, excluded.window_to),
              hints = waiting.hints + 1
            """)
        .param("lane", Lane.WITHDRAWAL.ordinal())
        .param("account", account)
        .update();
  }

  /** Whether any waits or is in hand. */
  boolean pending(UUID account) {
    return jdbc.sql("select exists (select from sync_request where account_id = ? and lane = ?)")
        .param(account)
        .param(Lane.WITHDRAWAL.ordinal())
        .query(Boolean.class)
        .single();
  }

  /** Gives up what waits, is in hand or is parked: the account is connected again. */
  void cancel(UUID account) {
    jdbc.sql("delete from sync_request where account_id = ? and lane = ?")
        .param(account)
        .param(Lane.WITHDRAWAL.ordinal())
        .update();
    jdbc.sql(
            """
            update parked set settled = 'discarded', settled_at = now(), settled_by = :actor,
              note = 'connected again'
            where account_id = :account and lane = :lane and settled is null
            """)
        .param("actor", Audit.SYSTEM)
        .param("account", account)
        .param("lane", Lane.WITHDRAWAL.ordinal())
        .update();
  }
}
