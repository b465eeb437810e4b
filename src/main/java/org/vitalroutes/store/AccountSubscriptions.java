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
  private final String checkEvery;
  private final int checkBatch;

  /**
   * @param checkEvery time between two checks of an account, as ISO 8601 writes it
   * @param checkBatch the most accounts of one run
   */
  public AccountSubscriptions(JdbcClient jdbc, String checkEvery, int checkBatch) {
    this.jdbc = jdbc;
    this.checkEvery = checkEvery;
    this.checkBatch = checkBatch;
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

  /**
   * Connected accounts whose subscriptions are due for a check, and sets the time of their next.
   *
   * @param callback id of the callback URL made now; accounts checked with another come first
   */
  public List<AccountRef> due(UUID callback) {
    return jdbc.sql(
            """
            update connected_account
            set checked_callback = :callback,
              next_subscription_check_at = now() + cast(:every as interval) * (0.9 + 0.2 * random())
            where id = any(array(
              select id from (
                (select id, 0 as rank from connected_account
                  where status = 'connected' and checked_callback < :callback limit :most)
                union all
                (select id, 0 from connected_account
                  where status = 'connected' and checked_callback > :callback limit :most)
                union all
                (select id, 0 from connected_account
                  where status = 'connected' and checked_callback is null limit :most)
                union all
                (select id, 1 from connected_account
                  where status = 'connected' and next_subscription_check_at <= now()
                  order by next_subscription_check_at limit :most)
              ) as candidate
              order by rank limit :most))
            returning id, provider, subject, external_user_id, patient_id
            """)
        .param("callback", callback)
        .param("every", checkEvery)
        .param("most", checkBatch)
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
