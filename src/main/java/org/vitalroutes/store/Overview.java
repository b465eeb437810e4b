package org.vitalroutes.store;

import static org.vitalroutes.store.DeadLetters.instant;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.operations.AccountsQuery;
import org.vitalroutes.operations.Disconnect;
import org.vitalroutes.operations.OperatedAccount;
import org.vitalroutes.operations.Resync;
import org.vitalroutes.operations.Schedule;
import org.vitalroutes.operations.SilentAccount;
import org.vitalroutes.operations.Summary;
import org.vitalroutes.operations.Timeline;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Destination;
import org.vitalroutes.sync.Priority;

/** Operators' overview: counts over all accounts, and single accounts, whose reading is audited. */
public final class Overview {

  /** Maximum rows per section of a timeline. */
  private static final int LATEST = 100;

  private static final Pattern MARK = Pattern.compile("[0-9a-f]{12}");

  /** How far back in the inbox a timeline looks; an index by user would slow the webhook. */
  private static final int INBOX_DEPTH = 100_000;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Accounts accounts;
  private final AccountViews views;
  private final SyncRequests requests;
  private final DeadLetters deadLetters;
  private final Redelivery redelivery;
  private final Budget budget;
  private final Events events;
  private final Audit audit;
  private final UnaryOperator<String> markOf;

  /**
   * Creates it.
   *
   * @param markOf the mark of a Withings user in logs
   */
  public Overview(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      Accounts accounts,
      AccountViews views,
      SyncRequests requests,
      DeadLetters deadLetters,
      Redelivery redelivery,
      Budget budget,
      Events events,
      Audit audit,
      UnaryOperator<String> markOf) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.accounts = accounts;
    this.views = views;
    this.requests = requests;
    this.deadLetters = deadLetters;
    this.redelivery = redelivery;
    this.budget = budget;
    this.events = events;
    this.audit = audit;
    this.markOf = markOf;
  }

  /** Counts by stage, priority and status, the budget, and the circuit breakers. */
  public Summary summary() {
    Map<String, Summary.Stage> stages =
        stages(
            """
            select 'inbox', count(*), min(received_at),
              extract(epoch from now() - min(received_at))::bigint
            from notification where dispatched_at is null
            union all
            select s.stage, count(w.stage), min(w.requested_at),
              extract(epoch from now() - min(w.requested_at))::bigint
            from (values ('due'), ('retrying'), ('in_flight'), ('held')) s (stage)
            left join (
              select r.requested_at, case
                when r.leased_by is not null then 'in_flight'
                when a.status <> 'connected' and r.priority <> 'withdrawal' then 'held'
                when r.not_before > now() then 'retrying'
                else 'due' end as stage
              from sync_request r join connected_account a on a.id = r.account_id) w using (stage)
            group by s.stage
            union all
            select 'dead_letters', count(*), min(created_at),
              extract(epoch from now() - min(created_at))::bigint
            from dead_letter where settled is null
            """);
    Map<String, Summary.Stage> byPriority =
        stages(
            """
            select priority, count(*), min(requested_at),
              extract(epoch from now() - min(requested_at))::bigint
            from sync_request group by priority
            """);
    Map<String, Summary.Stage> priorities = new LinkedHashMap<>();
    for (Priority priority : Priority.ofRequests()) {
      priorities.put(
          priority.code(),
          byPriority.getOrDefault(priority.code(), new Summary.Stage(0, null, null)));
    }
    Map<String, Long> statuses = new LinkedHashMap<>();
    jdbc.sql(
            """
            select s.status, count(a.id)
            from (values ('connected'), ('reconnect_required'), ('disconnected')) s (status)
            left join connected_account a using (status) group by s.status
            """)
        .query(
            row -> {
              statuses.put(row.getString(1), row.getLong(2));
            });
    statuses.put(
        "waiting",
        jdbc.sql(
                """
                select count(*) from connected_account
                where status = 'connected' and patient_state = 'waiting'
                """)
            .query(Long.class)
            .single());
    return new Summary(stages, priorities, statuses, calls(), breakers(), events.summary());
  }

  /** The budget of calls; null when nothing limits them. */
  private Summary.@Nullable Calls calls() {
    Budget.View view = budget.view();
    return view.callsPerMinute() == 0
        ? null
        : new Summary.Calls(view.callsPerMinute(), view.left(), view.pausedUntil());
  }

  /** Each destination's worst state among the replicas. */
  private Map<String, Summary.Breaker> breakers() {
    Map<String, Summary.Breaker> breakers = new LinkedHashMap<>();
    for (Destination each : Destination.values()) {
      breakers.put(each.code(), new Summary.Breaker("closed", null, null, 0, null));
    }
    jdbc.sql(
            """
            select destination, max(state), min(since), min(until), count(*), max(problem)
            from outage where seen_at > now() - interval '30 seconds' group by destination
            """)
        .query(
            row -> {
              breakers.put(
                  row.getString(1),
                  new Summary.Breaker(
                      row.getString(2),
                      row.getTimestamp(3).toInstant(),
                      row.getTimestamp(4).toInstant(),
                      row.getInt(5),
                      row.getString(6)));
            });
    return breakers;
  }

  private Map<String, Summary.Stage> stages(String sql) {
    Map<String, Summary.Stage> stages = new LinkedHashMap<>();
    jdbc.sql(sql)
        .query(
            row -> {
              long seconds = row.getLong(4);
              stages.put(
                  row.getString(1),
                  new Summary.Stage(
                      row.getLong(2),
                      row.getTimestamp(3) == null ? null : row.getTimestamp(3).toInstant(),
                      row.wasNull() ? null : Math.max(0, seconds)));
            });
    return stages;
  }

  /** A page of accounts ordered by id; reading it is audited. */
  public OperatedAccount.Page accounts(AccountsQuery query, String actor) {
    return inTransaction(
        () -> {
          List<OperatedAccount> rows =
              jdbc.sql(
                      """
                      select a.id, a.provider, a.status, a.scopes, a.connected_at, a.patient_id,
                        a.patient_state, a.patient_reason, a.subject, a.external_user_id,
                        (select count(*) from sync_request r where r.account_id = a.id) as waiting,
                        (select min(requested_at) from sync_request r
                          where r.account_id = a.id) as oldest,
                        (select count(*) from dead_letter p
                          where p.account_id = a.id and p.settled is null) as dead_letters
                      from connected_account a
                      where (:status::text is null or a.status = :status)
                        and (:patient::text is null or a.patient_state = :patient)
                        and (:subject::text is null or a.subject = :subject)
                        and (:id::uuid is null or a.id = :id)
                        and (:search::text is null
                          or position(lower(:search) in lower(a.subject)) > 0
                          or :search in (a.patient_id, 'Patient/' || a.patient_id)
                          or a.external_user_id = any(:users))
                        and (:after::uuid is null or a.id > :after)
                      order by a.id limit :limit
                      """)
                  .param("status", query.status(), Types.VARCHAR)
                  .param("patient", query.patient(), Types.VARCHAR)
                  .param("subject", query.subject(), Types.VARCHAR)
                  .param("id", query.id(), Types.OTHER)
                  .param("search", query.search(), Types.VARCHAR)
                  .param("users", users(query.search()))
                  .param("after", query.after(), Types.OTHER)
                  .param("limit", query.limit() + 1)
                  .query((row, i) -> operated(row))
                  .list();
          boolean more = rows.size() > query.limit();
          List<OperatedAccount> page = more ? rows.subList(0, query.limit()) : rows;
          audit.recordRead(actor, "read_accounts", null, "accounts");
          return new OperatedAccount.Page(
              page, more ? page.get(page.size() - 1).account().id() : null);
        });
  }

  /** The Withings users that a search means, by their id or by their mark in logs. */
  private String[] users(@Nullable String search) {
    if (search == null) {
      return new String[0];
    }
    if (!MARK.matcher(search).matches()) {
      return new String[] {search};
    }
    // Only a holder of the secret can compute a mark, so the database cannot search for it.
    try (Stream<String> users =
        jdbc
            .sql("select distinct external_user_id from connected_account")
            .query(String.class)
            .stream()) {
      return Stream.concat(
              Stream.of(search), users.filter(user -> markOf.apply(user).equals(search)))
          .toArray(String[]::new);
    }
  }

  private OperatedAccount operated(ResultSet row) throws SQLException {
    return new OperatedAccount(
        views.view(row),
        row.getString("subject"),
        markOf.apply(row.getString("external_user_id")),
        row.getString("status").equals("reconnect_required"),
        row.getLong("waiting"),
        instant(row, "oldest"),
        row.getLong("dead_letters"));
  }

  /**
   * Recent events of an account; reading them is audited.
   *
   * @throws ApiException when the account does not exist
   */
  public Timeline timeline(UUID account, String actor) {
    return inTransaction(
        () -> {
          lockedStatus(account);
          audit.recordRead(actor, "read_timeline", account, "notifications, requests, deliveries");
          return new Timeline(
              account,
              notifications(account),
              waiting(account),
              deadLetters.ofAccount(account, LATEST),
              deliveries(account));
        });
  }

  /**
   * The Patient whose values are shown to an operator; audited.
   *
   * @return logical id on the FHIR server
   * @throws ApiException when the account does not exist or has no Patient yet
   */
  public String patientForValues(UUID account, String actor) {
    return inTransaction(
        () -> {
          lockedStatus(account);
          audit.recordRead(
              actor, "read_values", account, "a Patient's values, from the FHIR server");
          return jdbc.sql("select patient_id from connected_account where id = ?")
              .param(account)
              .query((row, i) -> Optional.ofNullable(row.getString(1)))
              .single()
              .orElseThrow(
                  () ->
                      new ApiException(
                          404, "patient_not_found", "Nothing was delivered for this account yet"));
        });
  }

  /**
   * The account whose Patient an operator has looked for, which is audited.
   *
   * @throws ApiException when there is no such account, or it has its Patient
   */
  public AccountRef accountToMatch(UUID account, String actor) {
    return inTransaction(
        () -> {
          lockedStatus(account);
          audit.record(actor, "match", account, "the account's Patient is looked for");
          AccountRef found = ref(account);
          if (found.patientId() != null) {
            throw new ApiException(409, "already_matched", "The account has its Patient");
          }
          return found;
        });
  }

  /**
   * The account that an operator has disconnected; the reason is audited.
   *
   * @throws ApiException when there is no such account, or it is disconnected
   */
  public AccountRef accountToDisconnect(UUID account, String reason, String actor) {
    return inTransaction(
        () -> {
          requireConnected(lockedStatus(account));
          audit.record(actor, "request_disconnect", account, reason);
          return ref(account);
        });
  }

  /**
   * What a disconnect would end.
   *
   * @param onDisconnect what would become of the Observations
   * @throws ApiException when there is no such account, or it is disconnected
   */
  public Disconnect.Preview previewDisconnect(UUID account, OnDisconnect onDisconnect) {
    return inTransaction(
        () -> {
          requireConnected(lockedStatus(account));
          return jdbc.sql(
                  """
                  select
                    (select count(*) from subscription
                      where account_id = :account and state = 'active'),
                    (select count(*) from sync_request where account_id = :account),
                    (select count(*) from delivered where account_id = :account
                      and resource_type = 'Observation' and not in_error)
                  """)
              .param("account", account)
              .query(
                  (row, i) ->
                      new Disconnect.Preview(
                          account,
                          row.getLong(1),
                          row.getLong(2),
                          row.getLong(3),
                          onDisconnect.code()))
              .single();
        });
  }

  private AccountRef ref(UUID account) {
    return jdbc.sql(
            """
            select id, provider, subject, external_user_id, patient_id
            from connected_account where id = ?
            """)
        .param(account)
        .query((row, i) -> Accounts.ref(row))
        .single();
  }

  private static void requireConnected(String status) {
    if (status.equals("disconnected")) {
      throw new ApiException(
          409, "account_disconnected", "The account is disconnected; its user has to connect");
    }
  }

  private List<Timeline.Received> notifications(UUID account) {
    return jdbc.sql(
            """
            select n.id, n.received_at, n.appli, n.oddities, n.dispatched_at, n.correlation
            from notification n
            where n.id > (select coalesce(max(id), 0) from notification) - :depth
              and n.user_id = (select external_user_id from connected_account where id = :account)
            order by n.id desc limit :most
            """)
        .param("depth", INBOX_DEPTH)
        .param("account", account)
        .param("most", LATEST)
        .query(
            (row, i) ->
                new Timeline.Received(
                    row.getLong("id"),
                    row.getTimestamp("received_at").toInstant(),
                    row.getObject("appli", Integer.class),
                    List.of((String[]) row.getArray("oddities").getArray()),
                    instant(row, "dispatched_at"),
                    row.getString("correlation")))
        .list();
  }

  private List<Timeline.Request> waiting(UUID account) {
    return jdbc.sql(
            """
            select id, kind, priority, window_from, window_to, since, requested_at, not_before,
              leased_by is not null as in_flight, tries, problem, correlation
            from sync_request where account_id = ? order by requested_at desc
            """)
        .param(account)
        .query(
            (row, i) ->
                new Timeline.Request(
                    row.getLong("id"),
                    row.getString("kind"),
                    row.getString("priority"),
                    instant(row, "window_from"),
                    instant(row, "window_to"),
                    instant(row, "since"),
                    row.getTimestamp("requested_at").toInstant(),
                    row.getTimestamp("not_before").toInstant(),
                    row.getBoolean("in_flight"),
                    row.getInt("tries"),
                    row.getString("problem"),
                    row.getString("correlation")))
        .list();
  }

  private List<Timeline.Delivery> deliveries(UUID account) {
    return jdbc.sql(
            """
            select delivered_at, kind, key, resource_type, resource_id, in_error, correlation
            from delivered
            where account_id = ? and delivered_at is not null order by delivered_at desc, key limit ?
            """)
        .param(account)
        .param(LATEST)
        .query(
            (row, i) ->
                new Timeline.Delivery(
                    row.getTimestamp("delivered_at").toInstant(),
                    row.getString("kind"),
                    row.getString("key"),
                    row.getString("resource_type"),
                    row.getString("resource_id"),
                    row.getBoolean("in_error"),
                    row.getString("correlation")))
        .list();
  }

  /**
   * Queues a resync. Waiting requests are widened. A dry run is rolled back.
   *
   * @throws ApiException when the account does not exist or is disconnected
   */
  public Resync.Receipt resync(UUID account, Resync resync, String actor) {
    Resync.Receipt receipt =
        transaction.execute(
            transactionStatus -> {
              if (resync.dryRun()) {
                transactionStatus.setRollbackOnly();
              }
              return queued(account, resync, actor);
            });
    return Objects.requireNonNull(receipt);
  }

  private Resync.Receipt queued(UUID account, Resync resync, String actor) {
    String status = lockedStatus(account);
    requireConnected(status);
    long resources = redelivery.count(account, resync.kinds(), resync.window());
    if (resync.redeliver() && !resync.dryRun()) {
      redelivery.markUnknown(account, resync.kinds(), resync.window());
    }
    List<String> scopes = accounts.scopes(account);
    List<Resync.Queued> queued = new ArrayList<>();
    List<Resync.NotQueued> notQueued = new ArrayList<>();
    for (DataKind kind : resync.kinds()) {
      if (scopes.contains(kind.scope())) {
        Priority priority = requests.fill(account, kind, Priority.BACKFILL, resync.window());
        queued.add(
            new Resync.Queued(
                kind.code(), priority.code(), resync.window().from(), resync.window().to()));
      } else {
        notQueued.add(new Resync.NotQueued(kind.code(), "scope " + kind.scope() + " not granted"));
      }
    }
    audit.record(actor, "resync", account, describe(queued, resync));
    return new Resync.Receipt(
        account, status.equals("reconnect_required"), resources, queued, notQueued);
  }

  private static String describe(List<Resync.Queued> queued, Resync resync) {
    String kinds = String.join(",", queued.stream().map(Resync.Queued::kind).toList());
    String what =
        (resync.redeliver() ? "again " : "")
            + kinds
            + " "
            + resync.window().from()
            + "/"
            + resync.window().to();
    return resync.note().isEmpty() ? what : what + ": " + resync.note();
  }

  /** Locks an account and returns its status. */
  private String lockedStatus(UUID account) {
    return jdbc.sql("select status from connected_account where id = ? for update")
        .param(account)
        .query(String.class)
        .optional()
        .orElseThrow(() -> new ApiException(404, "account_not_found", "There is no such account"));
  }

  /** The schedules of all replicas from Quartz' tables. */
  public List<Schedule> schedules() {
    return jdbc.sql(
            """
            select t.trigger_group, t.trigger_name, c.cron_expression, lower(t.trigger_state),
              to_timestamp(nullif(t.prev_fire_time, -1) / 1000),
              to_timestamp(nullif(t.next_fire_time, -1) / 1000),
              (select min(f.instance_name) from qrtz_fired_triggers f
                where f.sched_name = t.sched_name and f.trigger_name = t.trigger_name
                  and f.trigger_group = t.trigger_group and f.state = 'EXECUTING')
            from qrtz_triggers t
            left join qrtz_cron_triggers c using (sched_name, trigger_name, trigger_group)
            order by 1, 2
            """)
        .query(
            (row, i) ->
                new Schedule(
                    row.getString(1) + "/" + row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getTimestamp(5) == null ? null : row.getTimestamp(5).toInstant(),
                    row.getTimestamp(6) == null ? null : row.getTimestamp(6).toInstant(),
                    row.getString(7)))
        .list();
  }

  /**
   * Accounts without their usual notifications, the longest silence first; reading them is audited.
   */
  public List<SilentAccount> silent(String actor) {
    return inTransaction(
        () -> {
          List<SilentAccount> silent =
              jdbc.sql(
                      """
                      select c.account_id, a.subject, c.kind, c.notified_at,
                        extract(epoch from c.notified_every)::bigint, c.silent_after, c.last_synced_at
                      from cursor c join connected_account a on a.id = c.account_id
                      where c.silent_after < now() and a.status = 'connected'
                      order by c.silent_after limit 1000
                      """)
                  .query(
                      (row, i) ->
                          new SilentAccount(
                              row.getObject(1, UUID.class),
                              row.getString(2),
                              row.getString(3),
                              row.getTimestamp(4).toInstant(),
                              row.getLong(5),
                              row.getTimestamp(6).toInstant(),
                              instant(row, "last_synced_at")))
                  .list();
          audit.recordRead(actor, "read_silent", null, "accounts and kinds");
          return silent;
        });
  }

  private <T> T inTransaction(Supplier<T> work) {
    return Objects.requireNonNull(transaction.execute(status -> work.get()));
  }
}
