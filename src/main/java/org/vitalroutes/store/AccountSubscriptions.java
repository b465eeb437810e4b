package org.vitalroutes.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.accounts.AccountRef;

/** The subscriptions of accounts at Withings, as this service last recorded them. */
public final class AccountSubscriptions {

  private final JdbcClient jdbc;

  public AccountSubscriptions(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The appli codes with an active subscription. */
  public List<Integer> active(UUID account) {
    return jdbc.sql(
            "select appli from subscription where account_id = ? and state = 'active' order by appli")
        .param(account)
        .query(Integer.class)
        .list();
  }

  /** Connected accounts with a failed subscription, the oldest failure first. */
  public List<AccountRef> accountsWithFailures() {
    return jdbc.sql(
            """
            select a.id, a.provider, a.subject, a.external_user_id, a.patient_id
            from connected_account a join subscription s on s.account_id = a.id
            where s.state = 'failed' and a.status = 'connected'
            group by a.id order by min(s.changed_at) limit 100
            """)
        .query((row, i) -> Accounts.ref(row))
        .list();
  }

  /** The state of an account's subscriptions by appli code. */
  Map<Integer, String> states(UUID account) {
    Map<Integer, String> states = new LinkedHashMap<>();
    jdbc.sql("select appli, state, problem from subscription where account_id = ? order by appli")
        .param(account)
        .query(
            row -> {
              String problem = row.getString(3);
              states.put(row.getInt(1), problem == null ? row.getString(2) : "failed: " + problem);
            });
    return states;
  }

  /** Records the outcome of subscribing to an appli code; ignored for a disconnected account. */
  public void record(UUID account, int appli, @Nullable String problem) {
    jdbc.sql(
            """
            insert into subscription (account_id, appli, state, problem)
            select id, :appli, :state, :problem from connected_account
            where id = :account and status <> 'disconnected'
            on conflict (account_id, appli) do update set
              state = excluded.state, problem = excluded.problem, changed_at = now()
            """)
        .param("account", account)
        .param("appli", appli)
        .param("state", problem == null ? "active" : "failed")
        .param("problem", problem)
        .update();
  }

  /** Records why subscribing to appli codes failed; active subscriptions stay active. */
  public void recordFailure(UUID account, List<Integer> applis, String problem) {
    jdbc.sql(
            """
            insert into subscription as known (account_id, appli, state, problem)
            select a.id, wanted.appli, 'failed', :problem
            from connected_account a, unnest(cast(:applis as integer[])) as wanted (appli)
            where a.id = :account and a.status <> 'disconnected'
            on conflict (account_id, appli) do update set
              problem = excluded.problem, changed_at = now()
            where known.state = 'failed'
            """)
        .param("account", account)
        .param("applis", applis.toArray(Integer[]::new))
        .param("problem", problem)
        .update();
  }

  /** Removes a subscription that is no longer wanted. */
  public void remove(UUID account, int appli) {
    jdbc.sql("delete from subscription where account_id = ? and appli = ?")
        .param(account)
        .param(appli)
        .update();
  }

  /** The appli codes whose last subscription attempt failed. */
  public List<Integer> failed(UUID account) {
    return jdbc.sql("select appli from subscription where account_id = ? and state = 'failed'")
        .param(account)
        .query(Integer.class)
        .list();
  }
}
