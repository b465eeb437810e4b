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

/** Work that waits and work in hand. Leases are by the database's clock. */
public final class SyncRequests implements AutoCloseable {

  private static final String MINE = " where id = :id and fence = :fence and leased_by = :worker";

  private static final String CLAIM = statement("claim-sync-requests");

  /** A request that was served is no more; one that took in a trigger meanwhile waits again. */
  private static final String END =
      """
      with held as (
        select id, account_id, kind, triggers, serving_triggered_at from sync_request
        where id = :id and fence = :fence and leased_by = :worker
        for update),
      ended as (
        delete from sync_request r using held
        where r.id = held.id and held.triggers = :triggers),
      triggered as (
        update sync_request r set leased_by = null, leased_until = null, tries = 0,
          problem = null, not_before = greatest(r.not_before, now()), serving_triggered_at = null,
          -- What was served goes; what came meanwhile stands behind it.
          correlation = case when length(r.correlation) > length(:correlation) + 1
            then substr(r.correlation, length(:correlation) + 2)
            else r.correlation end
        from held where r.id = held.id and held.triggers <> :triggers)
      """;

  /** One that waits already takes in the other, and waits no longer and no less. */
  private static final String WIDEN =
      """
      on conflict (account_id, kind, priority) do update set
        correlation = left(waiting.correlation || ',' || excluded.correlation, :enough),
        triggered_at = least(waiting.triggered_at, excluded.triggered_at),
        window_from = least(waiting.window_from, excluded.window_from),
        window_to = greatest(waiting.window_to, excluded.window_to),
        triggers = waiting.triggers + excluded.triggers,
        not_before = case
          -- How soon again after what is in flight.
          when waiting.leased_by is not null then now() + make_interval(secs => :pace)
          when waiting.tries > 0 or waiting.waits_for is null then waiting.not_before
          else least(waiting.not_before, now()) end
      """;

  /**
   * Fewer worker_deaths of a worker may be chance: a rolling restart, or a neighbour that kills it.
   */
  static final int MOST_DEATHS = 20;

  /** Ten ids; a request that serves more triggers has the first of them. */
  private static final int ENOUGH_CORRELATION = 10 * 37 - 1;

  private static final Function<BigDecimal, Duration> SECONDS =
      seconds -> Duration.ofNanos(seconds.movePointRight(9).longValue());

  private final UUID worker = UUID.randomUUID();

  /** The fences of what this replica knows to have claimed: a claim's answer may be lost. */
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

  /** This replica, as the holder of leases. */
  public UUID worker() {
    return worker;
  }

  /** Asks for a window; one that waits already is widened. A wait after a failure is kept. */
  public void request(UUID account, DataKind kind, Priority priority, Window window) {
    request(account, kind, priority, window, UUID.randomUUID().toString());
  }

  /**
   * Asks for a window. Nothing happens when the account is disconnected: what was in flight then
   * must leave no work behind.
   *
   * @param correlation what the log calls it
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
        .update();
  }

  /**
   * Asks for what notifications trigger at, as {@link #request} does for each of them, in one
   * statement. Rows are locked in the same order by all replicas.
   *
   * @param pace the least time between two fetches of the same account and kind; the first of a
   *     burst is fetched at once
   */
  public void takeIn(List<SyncTrigger> triggers, Duration pace) {
    jdbc.sql(
            """
            insert into sync_request as waiting
              (account_id, kind, priority, window_from, window_to, triggered_at, correlation, triggers,
                not_before)
            select a.id, trigger.kind, 'live', trigger.first, trigger.last, trigger.received,
              left(trigger.correlations, :enough), trigger.times,
              greatest(now(), served.notified_at + make_interval(secs => :pace))
            from (
              select account, kind, min(first) as first, max(last) as last,
                min(received) as received, string_agg(correlation, ',' order by nth) as correlations,
                count(*) as times
              from unnest(cast(:accounts as uuid[]), :kinds, cast(:first as timestamptz[]),
                  cast(:last as timestamptz[]), cast(:received as timestamptz[]), :correlations)
                with ordinality as one (account, kind, first, last, received, correlation, nth)
              group by account, kind) trigger
            join connected_account a on a.id = trigger.account and a.status <> 'disconnected'
            left join cursor served on served.account_id = a.id and served.kind = trigger.kind
            order by a.id, trigger.kind
            for share of a
            """
                + WIDEN)
        .param("accounts", texts(triggers, SyncTrigger::account), Types.ARRAY)
        .param("kinds", texts(triggers, trigger -> trigger.kind().code()), Types.ARRAY)
        .param("first", texts(triggers, trigger -> trigger.window().from()), Types.ARRAY)
        .param("last", texts(triggers, trigger -> trigger.window().to()), Types.ARRAY)
        .param("received", texts(triggers, SyncTrigger::receivedAt), Types.ARRAY)
        .param("correlations", texts(triggers, SyncTrigger::correlation), Types.ARRAY)
        .param("enough", ENOUGH_CORRELATION)
        .param("pace", pace.toSeconds())
        .update();
  }

  private static String[] texts(List<SyncTrigger> triggers, Function<SyncTrigger, Object> part) {
    return triggers.stream().map(part).map(Object::toString).toArray(String[]::new);
  }

  /**
   * Asks for a span of history, slice by slice and newest first; the cursor says how far it has
   * come.
   *
   * @param priority of the newest slice, unless the kind has one of its own; the others are
   *     backfill
   * @return the priority in which it waits
   */
  public Priority fill(UUID account, DataKind kind, Priority priority, Window history) {
    Priority waits = kind.priorityOfHistory(priority);
    transaction.executeWithoutResult(
        status -> request(account, kind, waits, cursors.beginHistory(account, kind, history)));
    return waits;
  }

  /** Asks for what the rows of a window do not tell, after all summaries. */
  public void requestDetails(SyncRequest request) {
    request(
        request.account().id(),
        request.kind(),
        Priority.DETAILS,
        Objects.requireNonNull(request.window(), "a history has a window"));
  }

  /** Whether anything may be claimed: asked several times a second, and cheaper than the claim. */
  public boolean anyDue() {
    return jdbc.sql(
            """
            select exists (
              select from sync_request where leased_by is null and not_before <= now())
            """)
        .query(Boolean.class)
        .single();
  }

  /**
   * Claims due requests, of the highest priority first; their leases are kept alive from now on.
   */
  public List<SyncRequest> claim(ClaimLimit limit) {
    List<SyncRequest> claimed =
        jdbc
            .sql(CLAIM)
            .param("worker", worker)
            .param("inHand", limit.inHand())
            .param("later", limit.later())
            .param("lowest", limit.lowest().code())
            .query()
            .listOfRows()
            .stream()
            .map(SyncRequests::of)
            .toList();
    claimed.forEach(request -> inHand.put(request.id(), request.fence()));
    return claimed;
  }

  /** Its lease ends by itself now, if what follows does not reach the database. */
  private void letGo(SyncRequest request) {
    inHand.remove(request.id(), request.fence());
  }

  private LeaseLostException lost(SyncRequest request) {
    letGo(request);
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
        (String) required(row, "correlation"));
  }

  /**
   * Makes sure that the request is still ours, before something is sent for it.
   *
   * @throws LeaseLostException when another worker has taken it over
   */
  public void hold(SyncRequest request) {
    int held =
        mine("update sync_request set leased_until = now() + interval '30 seconds'", request)
            .update();
    if (held == 0) {
      throw lost(request);
    }
  }

  /** Whether the request is still ours; within a transaction it stays so until its end. */
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
      letGo(request);
    }
    return held;
  }

  /**
   * Ends a request that was served, or leaves it waiting when a trigger came meanwhile; one
   * statement, as it is in the way of every notification.
   *
   * @param servedUntil when the fetch began: what changed at Withings before then is known
   * @return how long ago the first notification came that it served; nothing when none asked for it
   * @throws LeaseLostException when another worker has taken it over
   */
  public Optional<Duration> complete(SyncRequest request, Instant servedUntil) {
    letGo(request);
    if (request.priority() == Priority.LIVE || request.window() == null) {
      return end(request, servedUntil);
    }
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              lockAccount(request);
              Optional<Duration> served = end(request, servedUntil);
              askForOlder(request);
              return served;
            }));
  }

  /**
   * Ends a withdrawal, or leaves it waiting when more was found to be withdrawn meanwhile.
   *
   * @throws LeaseLostException when another worker has taken it over
   */
  public void completeWithdrawal(SyncRequest request) {
    letGo(request);
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
                    last_update = case when :poll
                      then greatest(c.last_update, :until) else c.last_update end,
                    notified_at = case when :told then now() else c.notified_at end,
                    notified_count = c.notified_count + habit.counts,
                    notified_every = case when habit.counts = 1 then habit.every else c.notified_every end,
                    silent_after = case when not :told then c.silent_after
                      when c.notified_count + habit.counts >= 5
                        then now() + greatest(5 * habit.every, interval '2 days') end
                  from held
                  join cursor before
                    on before.account_id = held.account_id and before.kind = held.kind,
                  -- What comes within an hour is one event; a new gap counts a fifth.
                  lateral (select
                    case when :told and now() - before.notified_at > interval '1 hour'
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
            .param("told", request.priority() == Priority.LIVE)
            .param("until", servedUntil.atOffset(ZoneOffset.UTC))
            .query((row, i) -> Optional.ofNullable(row.getBigDecimal(1)).map(SECONDS))
            .list();
    if (served.isEmpty()) {
      throw new LeaseLostException(request);
    }
    return served.get(0);
  }

  /**
   * Gives a request back, to be tried again after a while. Nothing happens when it is not ours.
   *
   * @param waitsFor whose failure it waits out; null when it is nobody's in particular
   */
  public void retryLater(
      SyncRequest request, Duration wait, String problem, @Nullable Destination waitsFor) {
    putBack(request, wait, problem, waitsFor, 0);
  }

  /**
   * Gives a request back that failed because a destination is down; that is no try.
   *
   * @param wait so long another request goes first, as the fault may be this one's
   */
  public void hold(SyncRequest request, Duration wait, String problem, Destination waitsFor) {
    putBack(request, wait, problem, waitsFor, 1);
  }

  private void putBack(
      SyncRequest request,
      Duration wait,
      String problem,
      @Nullable Destination waitsFor,
      int notTried) {
    letGo(request);
    mine(
            """
            update sync_request set leased_by = null, leased_until = null, problem = :problem,
              worker_deaths = 0, not_before = now() + make_interval(secs => :seconds),
              waits_for = :waitsFor, tries = greatest(tries - :notTried, 0)
            """,
            request)
        .param("problem", problem)
        .param("seconds", wait.toMillis() / 1000.0)
        .param("waitsFor", waitsFor == null ? null : waitsFor.code(), Types.VARCHAR)
        .param("notTried", notTried)
        .update();
  }

  /** A destination is back: what waits for it is due now, however long it was to wait. */
  public void resume(Destination destination) {
    jdbc.sql(
            """
            update sync_request set waits_for = null, not_before = least(not_before, now())
            where waits_for = ? and leased_by is null
            """)
        .param(destination.code())
        .update();
  }

  /** Gives a request back as if it had not been claimed. Nothing happens when it is not ours. */
  public void release(SyncRequest request) {
    letGo(request);
    mine(
            """
            update sync_request set leased_by = null, leased_until = null, not_before = now(),
              tries = greatest(tries - 1, 0)
            """,
            request)
        .update();
  }

  /** Puts a request aside for a person, with its reason. Nothing happens when it is not ours. */
  public void deadLetter(SyncRequest request, String reason, String detail) {
    letGo(request);
    transaction.executeWithoutResult(
        status -> {
          lockAccount(request);
          int deadLetters =
              jdbc.sql(
                      """
                      with gone as (
                        delete from sync_request
                        where id = :id and fence = :fence and leased_by = :worker
                        returning account_id, kind, priority, window_from, window_to, since, tries,
                          correlation)
                      insert into dead_letter (account_id, kind, priority, window_from, window_to, since,
                        tries, correlation, reason, detail)
                      select account_id, kind, priority, window_from, window_to, since,
                        tries, correlation, :reason, :detail
                      from gone
                      """)
                  .param("id", request.id())
                  .param("fence", request.fence())
                  .param("worker", request.worker())
                  .param("reason", reason)
                  .param("detail", detail)
                  .update();
          if (deadLetters > 0) {
            askForOlder(request);
          }
        });
  }

  /** Before the request, as a disconnect does: it would wait for us and we for it. */
  private void lockAccount(SyncRequest request) {
    jdbc.sql("select 1 from connected_account where id = ? for share")
        .param(request.account().id())
        .query(Integer.class)
        .optional();
  }

  /** A dead letter can be replayed later; older history goes on meanwhile. */
  private void askForOlder(SyncRequest request) {
    if (request.priority() == Priority.WITHDRAWAL) {
      return;
    }
    Priority priority = request.kind().priorityOfHistory(Priority.BACKFILL);
    cursors
        .pass(request)
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
   * Lets more urgent work of the same account and kind go first, where a request can be left
   * without losing what was done for it.
   *
   * @throws PreemptedException when some waits
   */
  public void yieldToHigherPriority(SyncRequest request) {
    if (request.priority() != Priority.LIVE
        && jdbc.sql(
                """
                select exists (
                  select from sync_request
                  where account_id = :account and kind = :kind and priority < cast(:priority as priority)
                    and not_before <= now())
                """)
            .param("account", request.account().id())
            .param("kind", request.kind().code())
            .param("priority", request.priority().code())
            .query(Boolean.class)
            .single()) {
      throw new PreemptedException(request);
    }
  }

  /**
   * Keeps at which page the next worker would go on.
   *
   * @throws LeaseLostException when another worker has taken the request over
   * @throws PreemptedException when more urgent work of the same account and kind waits
   */
  public void keepPage(FetchRequest next) {
    SyncRequest request = next.request();
    boolean preempted =
        mine(
                """
                with held as (
                  update sync_request set leased_until = now() + interval '30 seconds', tries = 0,
                    worker_deaths = 0,
                    problem = null
                """,
                """
                  returning id, account_id, kind, priority),
                kept as (
                  insert into sync_page (request_id, triggers, next_offset, started_at, whole, seen)
                  select id, :triggers, :offset, :begun, :whole, :seen from held
                  on conflict (request_id) do update set triggers = excluded.triggers,
                    next_offset = excluded.next_offset, started_at = excluded.started_at,
                    whole = excluded.whole, seen = excluded.seen, stored_at = now())
                select exists (
                  select from sync_request o
                  where o.account_id = held.account_id and o.kind = held.kind
                    and o.priority < held.priority and o.not_before <= now())
                from held
                """,
                request)
            .param("triggers", request.triggers())
            .param("offset", next.offset())
            .param("begun", next.begun().atOffset(ZoneOffset.UTC))
            .param("whole", next.whole())
            .param("seen", next.seen().toArray(String[]::new), Types.ARRAY)
            .query(Boolean.class)
            .optional()
            .orElseThrow(() -> lost(request));
    if (preempted) {
      throw new PreemptedException(request);
    }
  }

  /**
   * The page at which a worker before had arrived. None when a trigger has come since, or when so
   * much time has passed that Withings may count its pages anew.
   */
  public Optional<FetchRequest> keptPage(SyncRequest request) {
    if (request.fence() == 1) {
      return Optional.empty();
    }
    return jdbc.sql(
            """
            select started_at, next_offset, seen, whole from sync_page
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
                    row.getBoolean(4)))
        .optional();
  }

  /**
   * Extends what this process has in hand, and frees what a dead one left, or what this one claimed
   * without hearing of it. What was in hand each time that a worker died may be what kills it, and
   * becomes a dead letter in the end.
   */
  public void tendLeases() {
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
            update sync_request set leased_by = null, leased_until = null, not_before = now(),
              worker_deaths = worker_deaths + 1
            where leased_by is not null and leased_until < now()
            """)
        .update();
    jdbc.sql(
            """
            with gone as (
              delete from sync_request where worker_deaths >= :most and leased_by is null
              returning account_id, kind, priority, window_from, window_to, since, tries, correlation)
            insert into dead_letter (account_id, kind, priority, window_from, window_to, since, tries,
              correlation, reason, detail)
            select account_id, kind, priority, window_from, window_to, since, tries, correlation,
              'worker-died',
              'its worker died each time it was served'
            from gone
            """)
        .param("most", MOST_DEATHS)
        .update();
  }

  /** Frees what this replica has in hand, so that another goes on with it at once. */
  @Override
  public void close() {
    jdbc.sql(
            """
            update sync_request set leased_by = null, leased_until = null, not_before = now()
            where leased_by = ?
            """)
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
