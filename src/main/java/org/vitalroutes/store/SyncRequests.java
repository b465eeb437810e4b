package org.vitalroutes.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.sync.ClaimLimit;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Destination;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.LeaseLostException;
import org.vitalroutes.sync.PreemptedException;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.SyncTrigger;
import org.vitalroutes.sync.Window;

/** Sync requests, waiting and in flight. Leases use the database's clock. */
public final class SyncRequests implements AutoCloseable {

  private static final String MINE = " where id = :id and fence = :fence and leased_by = :worker";

  private static final String CLAIM = statement("claim-sync-requests");

  /** Deletes a served request, or queues it again when a trigger arrived during the fetch. */
  private static final String END =
      """
      with held as (
        select id, account_id, kind, triggers, serving_triggered_at, leased_at from sync_request
        where id = :id and fence = :fence and leased_by = :worker
        for update),
      ended as (
        delete from sync_request r using held
        where r.id = held.id and held.triggers = :triggers),
      triggered as (
        update sync_request r set leased_by = null, leased_until = null, tries = 0,
          problem = null, not_before = greatest(r.not_before, now()), serving_triggered_at = null,
          -- The served window is done; only what was requested since the claim remains.
          window_from = coalesce(r.next_from, r.window_from),
          window_to = coalesce(r.next_to, r.window_to), next_from = null, next_to = null,
          -- Removes the ids that were served; later ones follow them.
          correlation = case when length(r.correlation) > length(:correlation) + 1
            then substr(r.correlation, length(:correlation) + 2)
            else r.correlation end
        from held where r.id = held.id and held.triggers <> :triggers)
      """;

  /** Merges a window into that of a waiting request, or of its next turn when it is in flight. */
  static final String MERGE_WINDOW =
      """
      window_from = case when waiting.leased_by is null
        then least(waiting.window_from, excluded.window_from) else waiting.window_from end,
      window_to = case when waiting.leased_by is null
        then greatest(waiting.window_to, excluded.window_to) else waiting.window_to end,
      next_from = case when waiting.leased_by is not null
        then least(waiting.next_from, excluded.window_from) end,
      next_to = case when waiting.leased_by is not null
        then greatest(waiting.next_to, excluded.window_to) end
      """;

  /** Merges a request into a waiting one, whose waiting time is kept. */
  private static final String WIDEN =
      """
      on conflict (account_id, kind, priority) do update set
        correlation = left(waiting.correlation || ',' || excluded.correlation, :enough),
        triggered_at = least(waiting.triggered_at, excluded.triggered_at),
      """
          + MERGE_WINDOW
          + """
        ,
        triggers = waiting.triggers + excluded.triggers,
        then_kind = coalesce(excluded.then_kind, waiting.then_kind),
        not_before = case
          -- Minimum pause after the fetch in flight.
          when waiting.leased_by is not null then now() + make_interval(secs =>
            case when waiting.kind = 'activity' then :activityPace else :pace end)
          when waiting.tries > 0 or waiting.waits_for is null then waiting.not_before
          else least(waiting.not_before, now()) end
      """;

  /**
   * Whether a new user's data waits for a worker. One until the account's Patient and devices are
   * known, then two: what they deliver in seconds, and more would stop more pages in their middle.
   */
  private static final String CONNECTION_WAITS =
      """
      exists (
        select from sync_request o
        join connected_account a on a.id = o.account_id and a.status = 'connected'
          and (a.patient_id is not null or a.patient_match_at <= now())
        where o.priority = 'connection' and o.leased_by is null and o.not_before <= now()
          and (
            select count(*) + count(*) filter (where f.kind = o.kind) from sync_request f
            where f.account_id = o.account_id and f.leased_by is not null)
            < case when a.patient_id is null or a.devices_pending then 1 else 2 end)
      """;

  /** Ends a lease without an end of the request: its window takes in what came meanwhile. */
  private static final String RELEASE =
      """
      leased_by = null, leased_until = null, window_from = least(window_from, next_from),
        window_to = greatest(window_to, next_to), next_from = null, next_to = null
      """;

  /**
   * Worker deaths after which a request becomes a dead letter; fewer may be due to rolling
   * restarts, or to another request of the same worker.
   */
  static final int MAX_WORKER_DEATHS = 20;

  /** Length of ten ids; of more triggers, only the first ten are recorded. */
  private static final int ENOUGH_CORRELATION = 10 * 37 - 1;

  private final UUID worker = UUID.randomUUID();

  /**
   * Fences of the requests that this replica knows it has claimed; the result of a claim may be
   * lost.
   */
  private final Map<Long, Long> inHand = new ConcurrentHashMap<>();

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Cursors cursors;

  public SyncRequests(JdbcClient jdbc, TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.cursors = new Cursors(jdbc);
  }

  private static String statement(String name) {
    try {
      return new ClassPathResource("sql/" + name + ".sql").getContentAsString(UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Duration duration(BigDecimal seconds) {
    return Duration.ofNanos(seconds.movePointRight(9).longValue());
  }

  /** Id of this replica as a holder of leases. */
  public UUID worker() {
    return worker;
  }

  /** Requests a window; a waiting request is widened, and its back-off after a failure is kept. */
  public void request(UUID account, DataKind kind, Priority priority, Window window) {
    request(account, kind, priority, window, UUID.randomUUID().toString());
  }

  /**
   * Requests a window. Ignored when the account is disconnected: a worker that was in flight then
   * must not queue new work.
   *
   * @param correlation id in the log
   */
  public void request(
      UUID account, DataKind kind, Priority priority, Window window, String correlation) {
    jdbc.sql(
            """
            insert into sync_request as waiting
              (account_id, kind, priority, window_from, window_to, correlation)
            select id, :kind, cast(:priority as priority), :from, :to, :correlation
            from connected_account
            where id = :account and (status = 'disconnected') = (:priority = 'withdrawal')
            for share
            """
                + WIDEN)
        .param("account", account)
        .param("kind", kind.code())
        .param("priority", priority.code())
        .param("from", window.from().atOffset(ZoneOffset.UTC))
        .param("to", window.to().atOffset(ZoneOffset.UTC))
        .param("correlation", correlation)
        .param("enough", ENOUGH_CORRELATION)
        .param("pace", 0)
        .param("activityPace", 0)
        .update();
  }

  /**
   * Queues or widens the requests of several triggers in one statement. All replicas lock rows in
   * the same order.
   *
   * @param pace minimum time between two fetches of the same account and kind; the first of a burst
   *     is fetched at once
   * @param activityInterval the same for activity, when it is longer
   */
  public void trigger(List<SyncTrigger> triggers, Duration pace, Duration activityInterval) {
    jdbc.sql(
            """
            insert into sync_request as waiting
              (account_id, kind, priority, window_from, window_to, triggered_at, correlation, triggers,
                then_kind, not_before)
            select a.id, trigger.kind, 'live', trigger.first, trigger.last, trigger.received,
              left(trigger.correlations, :enough), trigger.times, trigger.then_kind,
              greatest(now(), served.notified_at + make_interval(secs =>
                case when trigger.kind = 'activity' then :activityPace else :pace end))
            from (
              select account, kind, nullif(max(then_kind), '') as then_kind,
                min(first) as first, max(last) as last,
                min(received) as received, string_agg(correlation, ',' order by nth) as correlations,
                count(*) as times
              from unnest(cast(:accounts as uuid[]), :kinds, :then, cast(:first as timestamptz[]),
                  cast(:last as timestamptz[]), cast(:received as timestamptz[]), :correlations)
                with ordinality
                  as one (account, kind, then_kind, first, last, received, correlation, nth)
              group by account, kind) trigger
            join connected_account a on a.id = trigger.account and a.status <> 'disconnected'
            left join cursor served on served.account_id = a.id and served.kind = trigger.kind
            order by a.id, trigger.kind
            for share of a
            """
                + WIDEN)
        .param("accounts", texts(triggers, SyncTrigger::account), Types.ARRAY)
        .param("kinds", texts(triggers, trigger -> trigger.kind().code()), Types.ARRAY)
        .param(
            "then",
            texts(triggers, trigger -> trigger.then() == null ? "" : trigger.then().code()),
            Types.ARRAY)
        .param("first", texts(triggers, trigger -> trigger.window().from()), Types.ARRAY)
        .param("last", texts(triggers, trigger -> trigger.window().to()), Types.ARRAY)
        .param("received", texts(triggers, SyncTrigger::receivedAt), Types.ARRAY)
        .param("correlations", texts(triggers, SyncTrigger::correlation), Types.ARRAY)
        .param("enough", ENOUGH_CORRELATION)
        .param("pace", pace.toSeconds())
        .param("activityPace", Math.max(pace.toSeconds(), activityInterval.toSeconds()))
        .update();
  }

  private static String[] texts(List<SyncTrigger> triggers, Function<SyncTrigger, Object> part) {
    return triggers.stream().map(part).map(Object::toString).toArray(String[]::new);
  }

  /**
   * Requests a span of history, slice by slice and newest first; the cursor records the progress.
   *
   * @param priority priority of the newest slice, unless the kind prescribes one; later slices are
   *     backfill
   * @return the priority of the queued request
   */
  public Priority fill(UUID account, DataKind kind, Priority priority, Window history) {
    Priority waits = kind.priorityOfHistory(priority);
    transaction.executeWithoutResult(
        status ->
            request(account, kind, waits, cursors.beginHistory(account, kind, priority, history)));
    return waits;
  }

  /**
   * Requests the other kind that a notification may be about. Ignored when there is none, or the
   * lease is lost.
   *
   * @param exercise of the days in the answer: the kind is requested when it has changed; null when
   *     the answer does not explain the notification, which is then one about the other kind
   */
  public void requestThen(SyncRequest request, @Nullable String exercise) {
    transaction.executeWithoutResult(
        status -> {
          lockAccount(request);
          mine(
                  """
                  with mine as (
                    select account_id, then_kind, window_from, window_to, serving_triggered_at,
                      correlation
                    from sync_request
                  """,
                  """
                  ),
                  changed as (
                    update cursor c
                    set exercise = coalesce(sha256(convert_to(:exercise, 'UTF8')), c.exercise)
                    from mine where c.account_id = mine.account_id and c.kind = mine.then_kind
                      and (:exercise is null
                        or c.exercise is distinct from sha256(convert_to(:exercise, 'UTF8')))
                    returning c.kind)
                  insert into sync_request as waiting (account_id, kind, priority, window_from,
                    window_to, triggered_at, correlation)
                  select mine.account_id, changed.kind, 'live', mine.window_from, mine.window_to,
                    case when :exercise is null then mine.serving_triggered_at end, mine.correlation
                  from mine join changed on true
                  join connected_account a on a.id = mine.account_id and a.status <> 'disconnected'
                  """
                      + WIDEN,
                  request)
              .param("exercise", exercise, Types.VARCHAR)
              .param("enough", ENOUGH_CORRELATION)
              .param("pace", 0)
              .param("activityPace", 0)
              .update();
        });
  }

  /**
   * Whether a request serves a notification of which nothing has arrived: nothing in its window was
   * delivered since the claim. Details of a row are delivered apart from its page.
   */
  public boolean awaitsData(SyncRequest request) {
    return mine(
            """
            select serving_triggered_at is not null and not exists (
              select from delivered d
              where d.account_id = sync_request.account_id and d.kind = sync_request.kind
                and not d.in_error and d.delivered_at >= leased_at
                and d.effective_at between window_from and window_to)
            from sync_request
            """,
            request)
        .query(Boolean.class)
        .optional()
        .orElse(false);
  }

  /** Requests the details of the rows of a window, served after all summaries. */
  public void requestDetails(SyncRequest request) {
    request(
        request.account().id(),
        request.kind(),
        Priority.DETAILS,
        Objects.requireNonNull(request.window(), "a history has a window"));
  }

  /** Whether any request is due; polled several times a second, and cheaper than a claim. */
  public boolean anyDue() {
    return jdbc.sql(
            """
            select exists (
              select from sync_request where leased_by is null and not_before <= now())
            """)
        .query(Boolean.class)
        .single();
  }

  /** Claims due requests, of the highest priority first; their leases are extended from now on. */
  public List<SyncRequest> claim(ClaimLimit limit) {
    List<SyncRequest> claimed =
        Objects.requireNonNull(transaction.execute(status -> claimAlone(limit)));
    claimed.forEach(request -> inHand.put(request.id(), request.fence()));
    return claimed;
  }

  /** Nothing while another replica claims: both would count the same requests in flight. */
  private List<SyncRequest> claimAlone(ClaimLimit limit) {
    return jdbc.sql("select pg_try_advisory_xact_lock(hashtext('claim'))")
            .query(Boolean.class)
            .single()
        ? jdbc
            .sql(CLAIM)
            .param("worker", worker)
            .param("inHand", limit.inHand())
            .param("later", limit.later())
            .param("everywhere", limit.everywhere())
            .param("laterEverywhere", limit.laterEverywhere())
            .param("lowest", limit.lowest().code())
            .query()
            .listOfRows()
            .stream()
            .map(SyncRequests::of)
            .toList()
        : List.of();
  }

  /** Stops extending the lease, which expires if the next statement does not reach the database. */
  private void forgetClaim(SyncRequest request) {
    inHand.remove(request.id(), request.fence());
  }

  private LeaseLostException lost(SyncRequest request) {
    forgetClaim(request);
    return new LeaseLostException(request);
  }

  private static SyncRequest of(Map<String, @Nullable Object> row) {
    Instant from = instant(row.get("window_from"));
    Instant to = instant(row.get("window_to"));
    return new SyncRequest(
        (Long) required(row, "id"),
        (Long) required(row, "fence"),
        (Integer) required(row, "triggers"),
        new AccountRef(
            (UUID) required(row, "account_id"),
            (String) required(row, "provider"),
            (String) required(row, "subject"),
            (String) required(row, "external_user_id"),
            (String) row.get("patient_id")),
        DataKind.of((String) required(row, "kind")),
        Priority.of((String) required(row, "priority")),
        from == null || to == null ? null : new Window(from, to),
        instant(row.get("since")),
        (Integer) required(row, "tries"),
        (UUID) required(row, "leased_by"),
        (String) required(row, "correlation"),
        Objects.requireNonNull(instant(row.get("requested_at"))));
  }

  /**
   * Renews the lease before data is sent for the request.
   *
   * @throws LeaseLostException when another worker has taken it over
   */
  public void renewLease(SyncRequest request) {
    int held =
        mine("update sync_request set leased_until = now() + interval '30 seconds'", request)
            .update();
    if (held == 0) {
      throw lost(request);
    }
  }

  /**
   * Whether this worker holds the lease; the row lock keeps it until the end of the transaction.
   */
  boolean isHeld(SyncRequest request) {
    boolean held =
        jdbc.sql("select 1 from sync_request" + MINE + " for share")
            .param("id", request.id())
            .param("fence", request.fence())
            .param("worker", request.worker())
            .query(Integer.class)
            .optional()
            .isPresent();
    if (!held) {
      forgetClaim(request);
    }
    return held;
  }

  /**
   * Ends a served request, or queues it again when a trigger arrived meanwhile; a single statement,
   * as every notification passes here.
   *
   * @param servedUntil start of the fetch: changes at Withings before it are known
   * @return age of the first notification served; empty when there was none
   * @throws LeaseLostException when another worker has taken it over
   */
  public Optional<Duration> complete(SyncRequest request, Instant servedUntil) {
    forgetClaim(request);
    if (request.priority() == Priority.LIVE
        || request.priority() == Priority.RECHECK
        || request.window() == null) {
      return end(request, servedUntil);
    }
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              lockAccount(request);
              Optional<Duration> served = end(request, servedUntil);
              requestOlder(request);
              return served;
            }));
  }

  /**
   * Records that a poll found what no notification had told: the account is polled at every
   * interval again, and its subscriptions are checked, unless that was done within a day.
   */
  public void recordLost(SyncRequest request) {
    jdbc.sql(
            """
            update connected_account set nothing_lost_since = now(),
              next_subscription_check_at = case
                when nothing_lost_since < now() - interval '1 day'
                then least(next_subscription_check_at, now()) else next_subscription_check_at end
            where id = ?
            """)
        .param(request.account().id())
        .update();
  }

  /**
   * Ends a withdrawal, or queues it again when more resources are to be withdrawn.
   *
   * @throws LeaseLostException when another worker has taken it over
   */
  public void completeWithdrawal(SyncRequest request) {
    forgetClaim(request);
    boolean ours =
        jdbc.sql(END + " select true from held")
            .param("id", request.id())
            .param("fence", request.fence())
            .param("worker", request.worker())
            .param("triggers", request.triggers())
            .param("correlation", request.correlation())
            .query(Boolean.class)
            .optional()
            .isPresent();
    if (!ours) {
      throw new LeaseLostException(request);
    }
  }

  private Optional<Duration> end(SyncRequest request, Instant servedUntil) {
    List<Optional<Duration>> served =
        jdbc.sql(
                END
                    + """
                ,
                advanced as (
                  update cursor c set
                    last_synced_at = now(),
                    -- Of two clocks the earlier counts, and a moment to come never does.
                    last_update = case when :poll
                      then greatest(least(c.last_update, now()), least(:until, held.leased_at))
                      else least(c.last_update, now()) end,
                    notified_at = case when notified then now() else c.notified_at end,
                    notified_count = c.notified_count + habit.counts,
                    notified_every = case when habit.counts = 1 then habit.every else c.notified_every end,
                    silent_after = case when not notified then c.silent_after
                      when c.notified_count + habit.counts >= 5
                        then now() + greatest(5 * habit.every, interval '2 days') end
                  from held
                  join cursor before
                    on before.account_id = held.account_id and before.kind = held.kind,
                  lateral (select :live and held.serving_triggered_at is not null as notified)
                    as notification,
                  -- Notifications within an hour count as one; a new interval has a weight of a fifth.
                  lateral (select
                    case when notified and now() - before.notified_at > interval '1 hour'
                      then 1 else 0 end as counts,
                    case when now() - before.notified_at > interval '1 hour'
                      then coalesce(before.notified_every * 0.8 + (now() - before.notified_at) * 0.2,
                        now() - before.notified_at)
                      else before.notified_every end as every) as habit
                  where c.account_id = held.account_id and c.kind = held.kind)
                select extract(epoch from now() - serving_triggered_at) from held
                """)
            .param("id", request.id())
            .param("fence", request.fence())
            .param("worker", request.worker())
            .param("triggers", request.triggers())
            .param("correlation", request.correlation())
            .param("poll", request.since() != null)
            .param("live", request.priority() == Priority.LIVE)
            .param("until", servedUntil.atOffset(ZoneOffset.UTC))
            .query(
                (row, i) -> Optional.ofNullable(row.getBigDecimal(1)).map(SyncRequests::duration))
            .list();
    if (served.isEmpty()) {
      throw new LeaseLostException(request);
    }
    return served.get(0);
  }

  /**
   * Releases a request to be retried after a wait. Ignored when the lease is lost.
   *
   * @param waitsFor the destination whose failure it waits out; null for other failures
   */
  public void retryLater(
      SyncRequest request, Duration wait, String problem, @Nullable Destination waitsFor) {
    releaseFor(request, wait, problem, waitsFor, 0);
  }

  /**
   * Releases a request that failed because a destination is down; does not count as a try.
   *
   * @param wait time in which another request is the probe, as this one may be the cause
   */
  public void hold(SyncRequest request, Duration wait, String problem, Destination waitsFor) {
    releaseFor(request, wait, problem, waitsFor, 1);
  }

  private void releaseFor(
      SyncRequest request,
      Duration wait,
      String problem,
      @Nullable Destination waitsFor,
      int notTried) {
    forgetClaim(request);
    mine(
            """
            update sync_request set %s, problem = :problem,
              worker_deaths = 0, not_before = now() + make_interval(secs => :seconds),
              waits_for = :waitsFor, tries = greatest(tries - :notTried, 0)
            """
                .formatted(RELEASE),
            request)
        .param("problem", problem)
        .param("seconds", wait.toMillis() / 1000.0)
        .param("waitsFor", waitsFor == null ? null : waitsFor.code(), Types.VARCHAR)
        .param("notTried", notTried)
        .update();
  }

  /** Makes all requests due that wait for a destination that has recovered. */
  public void resume(Destination destination) {
    jdbc.sql(
            """
            update sync_request set waits_for = null, not_before = least(not_before, now())
            where waits_for = ? and leased_by is null
            """)
        .param(destination.code())
        .update();
  }

  /** Releases a request as if it had not been claimed. Ignored when the lease is lost. */
  public void release(SyncRequest request) {
    forgetClaim(request);
    mine(
            """
            update sync_request set %s, not_before = now(),
              tries = greatest(tries - 1, 0)
            """
                .formatted(RELEASE),
            request)
        .update();
  }

  /** Turns a request into a dead letter. Ignored when the lease is lost. */
  public void deadLetter(SyncRequest request, String reason, String detail) {
    forgetClaim(request);
    transaction.executeWithoutResult(
        status -> {
          lockAccount(request);
          if (request.priority() == Priority.LIVE) {
            requestThen(request, null);
          }
          int deadLetters =
              jdbc.sql(
                      """
                      with removed as (
                        delete from sync_request
                        where id = :id and fence = :fence and leased_by = :worker
                        returning account_id, kind, priority, least(window_from, next_from) as window_from,
                          greatest(window_to, next_to) as window_to, since, tries, correlation)
                      insert into dead_letter (account_id, kind, priority, window_from, window_to, since,
                        tries, correlation, reason, detail)
                      select account_id, kind, priority, window_from, window_to, since,
                        tries, correlation, :reason, :detail
                      from removed
                      """)
                  .param("id", request.id())
                  .param("fence", request.fence())
                  .param("worker", request.worker())
                  .param("reason", reason)
                  .param("detail", detail)
                  .update();
          if (deadLetters > 0) {
            requestOlder(request);
          }
        });
  }

  /** Locks the account before the request, in the order of a disconnect, to avoid a deadlock. */
  void lockAccount(SyncRequest request) {
    jdbc.sql("select 1 from connected_account where id = ? for share")
        .param(request.account().id())
        .query(Integer.class)
        .optional();
  }

  /**
   * Requests the next older slice of a history, also after a dead letter, which can be replayed
   * later.
   */
  private void requestOlder(SyncRequest request) {
    if (request.priority() == Priority.WITHDRAWAL || request.priority() == Priority.RECHECK) {
      return;
    }
    Priority priority = request.kind().priorityOfHistory(Priority.BACKFILL);
    cursors
        .advanceFrontier(request)
        .ifPresent(
            older ->
                request(
                    request.account().id(),
                    request.kind(),
                    priority,
                    older,
                    request.correlation()));
  }

  /**
   * Yields at a point where no completed work is lost: to a due request of higher priority for the
   * same account and kind, and to users who have just connected.
   *
   * @throws PreemptedException when such a request is due
   */
  public void yieldToHigherPriority(SyncRequest request) {
    if (request.priority() != Priority.LIVE
        && jdbc.sql(
                """
                select exists (
                  select from sync_request
                  where account_id = :account and kind = :kind and priority < cast(:priority as priority)
                    and not_before <= now())
                  or cast(:priority as priority) > 'connection' and
                """
                    + CONNECTION_WAITS)
            .param("account", request.account().id())
            .param("kind", request.kind().code())
            .param("priority", request.priority().code())
            .query(Boolean.class)
            .single()) {
      throw new PreemptedException(request);
    }
  }

  /**
   * Stores the page at which another worker would resume. Only the first page of a connection has
   * its priority; the others follow with that of histories.
   *
   * @throws LeaseLostException when another worker has taken the request over
   * @throws PreemptedException when a request of higher priority for the same account and kind is
   *     due, or another user's connection waits for a history, or the priority was lowered
   */
  public void storePage(FetchRequest next) {
    SyncRequest request = next.request();
    boolean preempted =
        mine(
                """
                with held as (
                  update sync_request set leased_until = now() + interval '30 seconds', tries = 0,
                    worker_deaths = 0,
                    problem = null,
                    priority = case when priority = 'connection' and not exists (
                        select from sync_request o
                        where o.account_id = sync_request.account_id
                          and o.kind = sync_request.kind and o.priority = 'backfill')
                      then 'backfill' else priority end
                """,
                """
                  returning id, account_id, kind, priority, leased_at),
                stored as (
                  insert into sync_page (request_id, triggers, next_offset, started_at, whole, seen,
                    pages)
                  select id, :triggers, :offset, least(:started, leased_at), :whole, :seen,
                    :pages from held
                  on conflict (request_id) do update set triggers = excluded.triggers,
                    next_offset = excluded.next_offset, started_at = excluded.started_at,
                    whole = excluded.whole, seen = excluded.seen, pages = excluded.pages,
                    stored_at = now())
                select held.priority <> cast(:priority as priority)
                  or exists (
                    select from sync_request o
                    where o.account_id = held.account_id and o.kind = held.kind
                      and o.priority < held.priority and o.not_before <= now())
                  or held.priority > 'connection' and
                """
                    + CONNECTION_WAITS
                    + "from held",
                request)
            .param("priority", request.priority().code())
            .param("triggers", request.triggers())
            .param("offset", next.offset())
            .param("started", next.begun().atOffset(ZoneOffset.UTC))
            .param("whole", next.whole())
            .param("pages", next.pages())
            .param("seen", next.seen().toArray(String[]::new), Types.ARRAY)
            .query(Boolean.class)
            .optional()
            .orElseThrow(() -> lost(request));
    if (preempted) {
      throw new PreemptedException(request);
    }
  }

  /**
   * The stored page of a previous worker. Empty when a trigger has arrived since, or when it is so
   * old that Withings' offsets may have changed.
   */
  public Optional<FetchRequest> storedPage(SyncRequest request) {
    if (request.fence() == 1) {
      return Optional.empty();
    }
    return jdbc.sql(
            """
            select started_at, next_offset, seen, whole, pages from sync_page
            where request_id = ? and triggers = ? and stored_at > now() - interval '1 hour'
            """)
        .param(request.id())
        .param(request.triggers())
        .query(
            (row, i) ->
                FetchRequest.resumed(
                    request,
                    row.getTimestamp(1).toInstant(),
                    row.getLong(2),
                    Set.of((String[]) row.getArray(3).getArray()),
                    row.getBoolean(4),
                    row.getInt(5)))
        .optional();
  }

  /**
   * Extends the leases of this replica and frees expired ones: those of dead replicas, and claims
   * whose result this replica never received. A request that is in flight at many worker deaths may
   * cause them, and becomes a dead letter.
   */
  public void maintainLeases() {
    jdbc.sql(
            """
            update sync_request set leased_until = now() + interval '30 seconds'
            where leased_by = :worker and leased_until > now() and id = any(:inHand)
            """)
        .param("worker", worker)
        .param("inHand", inHand.keySet().toArray(Long[]::new))
        .update();
    jdbc.sql(
            """
            update sync_request set %s, not_before = now(),
              worker_deaths = worker_deaths + 1
            where leased_by is not null and (leased_until < now()
              -- Further away than any lease: the database's clock was set back.
              or leased_until > now() + interval '1 minute')
            """
                .formatted(RELEASE))
        .update();
    jdbc.sql(
            """
            with removed as (
              delete from sync_request where worker_deaths >= :most and leased_by is null
              returning account_id, kind, priority, window_from, window_to, since, tries, correlation)
            insert into dead_letter (account_id, kind, priority, window_from, window_to, since, tries,
              correlation, reason, detail)
            select account_id, kind, priority, window_from, window_to, since, tries, correlation,
              'worker-died',
              'its worker died each time it was served'
            from removed
            """)
        .param("most", MAX_WORKER_DEATHS)
        .update();
  }

  /** Releases all requests of this replica, so that another continues at once. */
  @Override
  public void close() {
    jdbc.sql(
            """
            update sync_request set %s, not_before = now()
            where leased_by = ?
            """
                .formatted(RELEASE))
        .param(worker)
        .update();
  }

  private JdbcClient.StatementSpec mine(String sql, SyncRequest request) {
    return mine(sql, "", request);
  }

  private JdbcClient.StatementSpec mine(String sql, String more, SyncRequest request) {
    return jdbc.sql(sql + MINE + more)
        .param("id", request.id())
        .param("fence", request.fence())
        .param("worker", request.worker());
  }

  private static Object required(Map<String, @Nullable Object> row, String column) {
    Object value = row.get(column);
    if (value == null) {
      throw new IllegalStateException("the claim returned no " + column);
    }
    return value;
  }

  private static @Nullable Instant instant(@Nullable Object value) {
    return value == null ? null : ((Timestamp) value).toInstant();
  }
}
