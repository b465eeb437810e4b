package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.sync.ClaimLimit;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Destination;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.LeaseLostException;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.SyncTrigger;
import org.vitalroutes.sync.Window;
import org.vitalroutes.testsupport.LocalPostgres;

/** Sync requests in a real database, claimed by the statement of the route. */
class SyncRequestsTest {

  private static final Instant NOW = Instant.parse("2026-03-01T08:00:00Z");
  private static final Window DAY = new Window(NOW.minus(Duration.ofDays(1)), NOW);

  static DataSource dataSource;
  static JdbcClient jdbc;
  static TransactionTemplate transaction;

  UUID account;
  SyncRequests requests;

  @BeforeAll
  static void prepare() {
    dataSource = LocalPostgres.shared().newPool();
    jdbc = JdbcClient.create(dataSource);
    transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    Flyway.configure().dataSource(dataSource).load().migrate();
  }

  @BeforeEach
  void connect() {
    jdbc.sql("truncate connected_account cascade").update();
    account =
        jdbc.sql(
                """
                insert into connected_account (provider, subject, external_user_id, status, scopes)
                values ('withings', 'ada', '11', 'connected', 'user.metrics') returning id
                """)
            .query(UUID.class)
            .single();
    jdbc.sql("insert into cursor (account_id, kind, last_update) values (?, 'measures', now())")
        .param(account)
        .update();
    requests = new SyncRequests(jdbc, transaction);
  }

  @Test
  void work_is_due_unless_it_is_in_hand_or_waits() {
    assertThat(requests.anyDue()).isFalse();
    trigger(Duration.ofSeconds(5));
    assertThat(requests.anyDue()).isTrue();

    SyncRequest inHand = claimed();
    assertThat(requests.anyDue()).isFalse();
    requests.retryLater(inHand, Duration.ofMinutes(1), "later", null);
    assertThat(requests.anyDue()).isFalse();
  }

  @Test
  void a_served_request_says_how_long_ago_its_first_notification_came() {
    trigger(Duration.ofSeconds(30));
    trigger(Duration.ofSeconds(90));
    trigger(Duration.ofSeconds(10));

    assertThat(requests.complete(claimed(), NOW))
        .hasValueSatisfying(
            age -> assertThat(age).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(100)));
    assertThat(waiting()).isZero();
  }

  @Test
  void a_notification_that_came_meanwhile_waits_with_an_age_of_its_own() {
    trigger(Duration.ofHours(1));
    SyncRequest first = claimed();
    trigger(Duration.ofSeconds(5));

    assertThat(requests.complete(first, NOW)).isPresent();

    assertThat(waiting()).isEqualTo(1);
    assertThat(requests.complete(claimed(), NOW))
        .hasValueSatisfying(age -> assertThat(age).isLessThan(Duration.ofMinutes(1)));
  }

  @Test
  void a_try_that_failed_does_not_make_the_notification_younger() {
    trigger(Duration.ofHours(1));
    requests.retryLater(claimed(), Duration.ZERO, "withings-unavailable", null);
    trigger(Duration.ofSeconds(5));
    jdbc.sql("update sync_request set not_before = now()").update();

    assertThat(requests.complete(claimed(), NOW))
        .hasValueSatisfying(age -> assertThat(age).isGreaterThanOrEqualTo(Duration.ofHours(1)));
  }

  @Test
  void what_no_notification_asked_for_has_no_age() {
    requests.fill(account, DataKind.MEASURES, Priority.CONNECTION, DAY);

    assertThat(requests.complete(claimed(), NOW)).isEmpty();
    assertThat(waiting()).isZero();
    assertThat(historyFilledAt()).isNotNull();
  }

  @Test
  void what_triggers_at_the_same_is_one_request_for_all_of_it() {
    UUID other = connected("12");
    Window dayBefore = new Window(DAY.from().minus(Duration.ofDays(1)), DAY.from());
    Instant first = Instant.now().minusSeconds(90);
    requests.trigger(
        List.of(
            new SyncTrigger(account, DataKind.MEASURES, DAY, first.plusSeconds(60), "a"),
            new SyncTrigger(account, DataKind.SLEEP, DAY, first, "b"),
            new SyncTrigger(other, DataKind.MEASURES, DAY, first, "c"),
            new SyncTrigger(account, DataKind.MEASURES, dayBefore, first, "d")),
        Duration.ZERO,
        Duration.ZERO);
    trigger("e");

    List<SyncRequest> claimed = claimedNow();
    assertThat(claimed)
        .extracting(request -> request.account().id(), SyncRequest::kind, SyncRequest::correlation)
        .contains(tuple(account, DataKind.MEASURES, "a,d,e"), tuple(other, DataKind.MEASURES, "c"));
    SyncRequest measures = claimed.stream().filter(SyncRequestsTest::isOfMeasures).findAny().get();
    assertThat(measures.window()).isEqualTo(new Window(dayBefore.from(), DAY.to()));
    assertThat(measures.triggers()).isEqualTo(3);
    assertThat(requests.complete(measures, NOW))
        .hasValueSatisfying(
            age -> assertThat(age).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(100)));
  }

  @Test
  void paced_the_first_trigger_is_served_at_once_and_the_next_ones_wait_and_are_served_together() {
    triggerPaced();
    requests.complete(claimed(), NOW);

    triggerPaced();
    trigger(Duration.ZERO);
    assertThat(claimedNow()).isEmpty();
    assertThat(secondsUntilDue()).isBetween(5.0, 10.0);

    jdbc.sql("update sync_request set not_before = now()").update();
    assertThat(claimed().triggers()).isEqualTo(2);
  }

  @Test
  void paced_a_trigger_that_comes_meanwhile_waits_after_what_is_in_flight() {
    triggerPaced();
    SyncRequest inFlight = claimed();
    triggerPaced();
    requests.complete(inFlight, NOW);

    assertThat(claimedNow()).isEmpty();
    assertThat(secondsUntilDue()).isBetween(5.0, 10.0);
  }

  @Test
  void activity_has_an_interval_of_its_own_in_which_one_fetch_serves_all_triggers() {
    cursors();
    for (DataKind kind : List.of(DataKind.ACTIVITY, DataKind.MEASURES)) {
      triggerHourly(kind);
      requests.complete(claimed(), NOW);
    }

    triggerHourly(DataKind.ACTIVITY);
    triggerHourly(DataKind.ACTIVITY);
    assertThat(claimedNow()).isEmpty();
    assertThat(secondsUntilDue()).isBetween(3_500.0, 3_600.0);

    triggerHourly(DataKind.MEASURES);
    assertThat(claimed().kind()).isEqualTo(DataKind.MEASURES);
  }

  private void triggerHourly(DataKind kind) {
    requests.trigger(
        List.of(new SyncTrigger(account, kind, DAY, Instant.now(), "c")),
        Duration.ZERO,
        Duration.ofHours(1));
  }

  @Test
  void workouts_are_requested_when_the_exercise_of_the_days_has_changed() {
    assertThat(workoutsAfter("2024-03-01,a,600")).isTrue();
    assertThat(workoutsAfter("2024-03-01,a,600")).isFalse();
    assertThat(workoutsAfter("2024-03-01,a,900")).isTrue();
  }

  @Test
  void workouts_are_requested_when_the_days_bring_nothing_new() {
    assertThat(workoutsAfter("2024-03-01,a,600")).isTrue();
    assertThat(workoutsAfter(null)).isTrue();
    assertThat(workoutsAfter("2024-03-01,a,600")).isFalse();
  }

  @Test
  void workouts_are_requested_when_the_days_become_a_dead_letter() {
    triggerThenWorkouts();
    requests.deadLetter(claimed(), "withings-refused", "why");

    assertThat(claimed().kind()).isEqualTo(DataKind.WORKOUTS);
  }

  @Test
  void activity_of_another_notification_requests_no_workouts() {
    requests.trigger(
        List.of(new SyncTrigger(account, DataKind.ACTIVITY, DAY, Instant.now(), "c")),
        Duration.ZERO,
        Duration.ZERO);
    SyncRequest activity = claimed();
    requests.requestThen(activity, "2024-03-01,a,600");
    requests.requestThen(activity, null);
    requests.complete(activity, NOW);

    assertThat(waiting()).isZero();
    assertThat(workoutsAfter("2024-03-01,a,600")).isTrue();
  }

  @Test
  void a_notification_awaits_its_data_until_something_of_its_window_is_delivered() {
    trigger(DAY);
    SyncRequest measures = claimed();
    assertThat(requests.awaitsData(measures)).isTrue();

    deliver(DAY.to().plusSeconds(1));
    assertThat(requests.awaitsData(measures)).isTrue();
    deliver(DAY.from());
    assertThat(requests.awaitsData(measures)).isFalse();

    jdbc.sql("update delivered set delivered_at = now() - interval '1 hour'").update();
    assertThat(requests.awaitsData(measures)).isTrue();
  }

  @Test
  void workouts_await_their_data_only_when_the_days_did_not_explain_the_notification() {
    assertThat(requests.awaitsData(thenWorkouts("2024-03-01,a,600"))).isFalse();
    jdbc.sql("delete from sync_request").update();
    assertThat(requests.awaitsData(thenWorkouts(null))).isTrue();
  }

  private SyncRequest thenWorkouts(String exercise) {
    triggerThenWorkouts();
    SyncRequest activity = claimed();
    requests.requestThen(activity, exercise);
    requests.complete(activity, NOW);
    return claimed();
  }

  private void deliver(Instant effective) {
    jdbc.sql(
            """
            insert into delivered (account_id, key, kind, resource_type, resource_id, effective_at,
              content_hash)
            values (?, 'a', 'measures', 'Observation', 'a', ?, '')
            on conflict (account_id, key) do update set effective_at = excluded.effective_at
            """)
        .param(account)
        .param(effective.atOffset(ZoneOffset.UTC))
        .update();
  }

  @Test
  void a_worker_that_lost_its_lease_requests_no_workouts() {
    triggerThenWorkouts();
    SyncRequest late = claimed();
    jdbc.sql("update sync_request set leased_until = now() - interval '1 second'").update();
    requests.maintainLeases();

    requests.requestThen(late, null);

    assertThat(waiting()).isOne();
  }

  /** Whether an answer with this exercise, or one with nothing new, requests workouts. */
  private boolean workoutsAfter(String exercise) {
    triggerThenWorkouts();
    SyncRequest activity = claimed();
    assertThat(activity.kind()).isEqualTo(DataKind.ACTIVITY);
    requests.requestThen(activity, exercise);
    requests.complete(activity, NOW);
    List<SyncRequest> next = claimedNow();
    next.forEach(
        workouts -> {
          assertThat(workouts.kind()).isEqualTo(DataKind.WORKOUTS);
          assertThat(workouts.priority()).isEqualTo(Priority.LIVE);
          assertThat(workouts.window()).isEqualTo(DAY);
          assertThat(workouts.correlation()).isEqualTo("c");
          requests.complete(workouts, NOW);
        });
    assertThat(waiting()).isZero();
    return !next.isEmpty();
  }

  private void cursors() {
    jdbc.sql(
            """
            insert into cursor (account_id, kind, last_update)
            values (:account, 'activity', now()), (:account, 'workouts', now())
            on conflict do nothing
            """)
        .param("account", account)
        .update();
  }

  private void triggerThenWorkouts() {
    cursors();
    requests.trigger(
        List.of(
            new SyncTrigger(account, DataKind.ACTIVITY, DAY, Instant.now(), "c")
                .then(DataKind.WORKOUTS)),
        Duration.ZERO,
        Duration.ZERO);
  }

  private double secondsUntilDue() {
    return jdbc.sql("select extract(epoch from not_before - now()) from sync_request")
        .query(Double.class)
        .single();
  }

  @Test
  void triggers_of_a_disconnected_account_leave_no_request() {
    jdbc.sql("update connected_account set status = 'disconnected'").update();

    trigger("a");

    assertThat(waiting()).isZero();
  }

  @Test
  void a_correlation_has_ten_ids_at_most() {
    List<String> ids = Stream.generate(() -> UUID.randomUUID().toString()).limit(15).toList();
    requests.trigger(
        ids.stream()
            .limit(12)
            .map(id -> new SyncTrigger(account, DataKind.MEASURES, DAY, Instant.now(), id))
            .toList(),
        Duration.ZERO,
        Duration.ZERO);
    trigger(ids.get(12));

    assertThat(claimed().correlation()).isEqualTo(String.join(",", ids.subList(0, 10)));
  }

  @Test
  void a_worker_whose_request_was_claimed_again_changes_nothing() {
    trigger(Duration.ZERO);
    SyncRequest late = claimed();
    jdbc.sql("update sync_request set leased_until = now() - interval '1 second'").update();
    requests.maintainLeases();
    SyncRequest current = claimed();

    assertThatThrownBy(() -> requests.complete(late, NOW)).isInstanceOf(LeaseLostException.class);

    assertThat(waiting()).isEqualTo(1);
    assertThat(requests.complete(current, NOW)).isPresent();
  }

  @Test
  void what_is_in_hand_stays_so() {
    trigger(Duration.ZERO);
    claimed();

    assertThat(secondsOfLeaseAfterALook()).isGreaterThan(20);
  }

  @Test
  void what_was_claimed_by_a_statement_whose_answer_was_lost_is_free_when_its_lease_ends() {
    trigger(Duration.ZERO);
    ClaimLimit limit = new ClaimLimit(8, 8, Priority.BACKFILL);
    jdbc.sql(WorkTables.statement("claim-sync-requests"))
        .param("worker", requests.worker())
        .param("inHand", limit.inHand())
        .param("later", limit.later())
        .param("everywhere", limit.everywhere())
        .param("laterEverywhere", limit.laterEverywhere())
        .param("lowest", limit.lowest().code())
        .query()
        .listOfRows();

    assertThat(secondsOfLeaseAfterALook()).isLessThanOrEqualTo(1);
  }

  @Test
  void what_ended_while_the_database_was_away_is_free_when_its_lease_ends() {
    UnsteadyDatabase database = new UnsteadyDatabase(dataSource);
    requests = new SyncRequests(jdbc, new TransactionTemplate(database));
    trigger(Duration.ZERO);
    SyncRequest request = claimed();
    database.away = true;
    assertThatThrownBy(() -> requests.deadLetter(request, "a-reason", "a detail"))
        .isInstanceOf(CannotCreateTransactionException.class);

    assertThat(secondsOfLeaseAfterALook()).isLessThanOrEqualTo(1);
  }

  private static final class UnsteadyDatabase extends DataSourceTransactionManager {
    private static final long serialVersionUID = 1L;
    private boolean away;

    UnsteadyDatabase(DataSource database) {
      super(database);
    }

    @Override
    protected Object doGetTransaction() {
      if (away) {
        throw new CannotCreateTransactionException("not reached");
      }
      return super.doGetTransaction();
    }
  }

  private int secondsOfLeaseAfterALook() {
    jdbc.sql("update sync_request set leased_until = now() + interval '1 second'").update();
    requests.maintainLeases();
    return jdbc.sql("select extract(epoch from leased_until - now())::int from sync_request")
        .query(Integer.class)
        .single();
  }

  @Test
  void a_request_that_kills_its_worker_each_time_becomes_a_dead_letter() {
    trigger(Duration.ZERO);
    for (int death = 1; death <= SyncRequests.MAX_WORKER_DEATHS; death++) {
      assertThat(deadLetters()).isEmpty();
      die();
    }

    assertThat(waiting()).isZero();
    assertThat(deadLetters()).containsExactly("worker-died measures 20");
  }

  @Test
  void a_worker_that_lives_on_forgets_the_deaths_before() {
    trigger(Duration.ZERO);
    die();

    requests.retryLater(claimed(), Duration.ZERO, "withings-unavailable", null);

    assertThat(jdbc.sql("select worker_deaths from sync_request").query(Integer.class).single())
        .isZero();
  }

  @Test
  void what_is_held_for_a_destination_is_no_try_and_is_due_when_it_is_back() {
    trigger(Duration.ZERO);
    SyncRequest first = claimed();

    requests.hold(first, Duration.ofMinutes(15), "FHIR server not reached", Destination.FHIR);
    requests.resume(Destination.WITHINGS);
    assertThat(claimedNow()).isEmpty();
    requests.resume(Destination.FHIR);

    assertThat(claimed().tries()).isEqualTo(first.tries());
  }

  @Test
  void what_failed_before_a_destination_was_found_to_be_down_need_not_wait_either() {
    trigger(Duration.ZERO);
    SyncRequest first = claimed();

    requests.retryLater(first, Duration.ofMinutes(15), "FHIR server not reached", Destination.FHIR);
    assertThat(claimedNow()).isEmpty();
    requests.resume(Destination.FHIR);

    assertThat(claimed().tries()).isEqualTo(first.tries() + 1);
  }

  @Test
  void until_the_patient_is_known_one_request_goes_ahead() {
    for (DataKind kind : DataKind.values()) {
      requests.request(account, kind, Priority.CONNECTION, DAY);
    }

    SyncRequest first = claimed();
    assertThat(claimedNow()).isEmpty();
    jdbc.sql("update connected_account set patient_id = 'p1'").update();

    assertThat(claimedNow()).hasSize(DataKind.values().length - 1).doesNotContain(first);
  }

  @Test
  void a_request_that_waits_after_a_failure_lets_another_search_for_the_patient() {
    requests.request(account, DataKind.MEASURES, Priority.CONNECTION, DAY);
    requests.retryLater(claimed(), Duration.ofHours(1), "fhir-unavailable", null);
    requests.request(account, DataKind.SLEEP, Priority.CONNECTION, DAY);

    assertThat(claimed().kind()).isEqualTo(DataKind.SLEEP);
  }

  private void die() {
    claimed();
    jdbc.sql("update sync_request set leased_until = now() - interval '1 second'").update();
    requests.maintainLeases();
  }

  private static List<String> deadLetters() {
    return jdbc.sql("select reason || ' ' || kind || ' ' || tries from dead_letter")
        .query(String.class)
        .list();
  }

  // ── What is claimed ───────────────────────────────────────────────────────────────────────────

  @Test
  void a_priority_for_which_no_calls_are_left_waits() {
    jdbc.sql("update connected_account set patient_id = 'p1'").update();
    requests.request(account, DataKind.MEASURES, Priority.CONNECTION, DAY);
    requests.request(account, DataKind.SLEEP, Priority.BACKFILL, DAY);

    assertThat(claimed(new ClaimLimit(8, 8, Priority.LIVE))).isEmpty();
    assertThat(claimed(new ClaimLimit(8, 8, Priority.CONNECTION)))
        .extracting(SyncRequest::priority)
        .containsExactly(Priority.CONNECTION);
  }

  @Test
  void histories_leave_a_worker_to_notifications() {
    ClaimLimit limit = new ClaimLimit(5, 5, Priority.BACKFILL);
    for (int other = 0; other < 6; other++) {
      requests.request(connected("b" + other), DataKind.MEASURES, Priority.BACKFILL, DAY);
    }

    assertThat(claimed(limit)).hasSize(4);
    assertThat(claimed(limit)).isEmpty();

    trigger(Duration.ZERO);
    assertThat(claimed(limit)).extracting(SyncRequest::priority).containsExactly(Priority.LIVE);
  }

  @Test
  void connections_may_have_every_worker_that_is_not_kept_for_notifications() {
    for (int other = 0; other < 6; other++) {
      requests.request(connected("b" + other), DataKind.MEASURES, Priority.BACKFILL, DAY);
      requests.request(connected("c" + other), DataKind.MEASURES, Priority.CONNECTION, DAY);
    }

    assertThat(claimed(new ClaimLimit(5, 5, Priority.BACKFILL)))
        .extracting(SyncRequest::priority)
        .containsOnly(Priority.CONNECTION)
        .hasSize(4);
  }

  @Test
  void all_replicas_together_hold_no_more_than_the_fhir_server_is_to_take() throws Exception {
    for (int other = 0; other < 20; other++) {
      requests.request(connected("b" + other), DataKind.MEASURES, Priority.BACKFILL, DAY);
    }
    ClaimLimit limit = new ClaimLimit(5, 5, Priority.BACKFILL);

    List<SyncRequest> claimed =
        Stream.generate(() -> new SyncRequests(jdbc, transaction))
            .limit(8)
            .parallel()
            .flatMap(replica -> Stream.of(replica.claim(limit), replica.claim(limit)))
            .flatMap(List::stream)
            .toList();

    assertThat(claimed).as("one is reserved for notifications").hasSize(4);
    trigger(Duration.ZERO);
    assertThat(claimed(limit)).extracting(SyncRequest::priority).containsExactly(Priority.LIVE);
  }

  @Test
  void what_a_dead_replica_held_is_not_counted_once_its_lease_has_ended() {
    requests.request(connected("b1"), DataKind.MEASURES, Priority.LIVE, DAY);
    requests.request(connected("b2"), DataKind.MEASURES, Priority.LIVE, DAY);
    assertThat(claimed(new ClaimLimit(4, 1, Priority.LIVE))).hasSize(1);
    assertThat(new SyncRequests(jdbc, transaction).claim(new ClaimLimit(4, 1, Priority.LIVE)))
        .isEmpty();

    jdbc.sql("update sync_request set leased_until = now() where leased_by is not null").update();

    assertThat(new SyncRequests(jdbc, transaction).claim(new ClaimLimit(4, 1, Priority.LIVE)))
        .hasSize(1);
  }

  @Test
  void accounts_take_turns() {
    jdbc.sql("update connected_account set patient_id = 'p1'").update();
    for (DataKind kind : DataKind.values()) {
      requests.request(account, kind, Priority.LIVE, DAY);
    }
    UUID other = connected("other");
    requests.request(other, DataKind.MEASURES, Priority.LIVE, DAY);

    assertThat(claimed(new ClaimLimit(2, 2, Priority.BACKFILL)))
        .extracting(request -> request.account().id())
        .containsExactlyInAnyOrder(account, other);
  }

  @Test
  void a_request_that_is_given_back_is_as_it_was() {
    trigger(Duration.ZERO);

    requests.release(claimed());

    assertThat(claimed().tries()).isEqualTo(1);
  }

  @Test
  void a_request_is_called_after_the_triggers_that_it_serves() {
    trigger("a");
    trigger("b");

    SyncRequest first = claimed();
    trigger("c");
    trigger("d");
    requests.complete(first, NOW);

    assertThat(first.correlation()).isEqualTo("a,b");
    assertThat(claimed().correlation()).isEqualTo("c,d");
  }

  @Test
  void of_many_triggers_a_request_is_called_after_the_first() {
    for (int i = 10; i < 40; i++) {
      trigger(new UUID(0, i).toString());
    }

    SyncRequest first = claimed();
    trigger("late");
    requests.complete(first, NOW);

    assertThat(first.correlation().split(",")).hasSize(10).contains(new UUID(0, 19).toString());
    assertThat(claimed().correlation()).isEqualTo(first.correlation());
  }

  @Test
  void the_older_slices_of_a_history_are_called_as_the_first() {
    Window month = new Window(NOW.minus(Duration.ofDays(400)), NOW);
    requests.fill(account, DataKind.MEASURES, Priority.BACKFILL, month);
    SyncRequest newest = claimed();
    requests.complete(newest, NOW);

    assertThat(claimed().correlation()).isEqualTo(newest.correlation()).hasSize(36);
  }

  @Test
  void what_becomes_a_dead_letter_keeps_what_it_was_called() {
    trigger("a");

    requests.deadLetter(claimed(), "unexpected", "x");

    assertThat(jdbc.sql("select correlation from dead_letter").query(String.class).single())
        .isEqualTo("a");
  }

  @Test
  void a_trigger_that_arrives_during_a_fetch_waits_with_its_own_window_only() {
    Window years = new Window(Instant.parse("2008-01-01T00:00:00Z"), NOW);
    trigger(years);
    SyncRequest first = claimed();
    trigger(DAY);
    requests.complete(first, NOW);

    SyncRequest second = claimed();
    assertThat(second.window()).isEqualTo(DAY);
    trigger(new Window(DAY.to(), DAY.to().plusSeconds(60)));
    requests.complete(second, NOW);

    assertThat(claimed().window()).isEqualTo(new Window(DAY.to(), DAY.to().plusSeconds(60)));
  }

  @Test
  void a_request_that_is_not_served_takes_in_what_arrived_during_the_fetch() {
    Window later = new Window(DAY.to(), DAY.to().plusSeconds(60));
    Window both = new Window(DAY.from(), later.to());
    List<Consumer<SyncRequest>> ends =
        List.of(
            request -> requests.release(request),
            request -> requests.retryLater(request, Duration.ZERO, "x", null),
            request -> requests.close(),
            request -> {
              jdbc.sql("update sync_request set leased_until = now() - interval '1 second'")
                  .update();
              requests.maintainLeases();
            });
    for (Consumer<SyncRequest> end : ends) {
      jdbc.sql("delete from sync_request").update();
      trigger(DAY);
      SyncRequest first = claimed();
      trigger(later);
      end.accept(first);

      assertThat(claimed().window()).isEqualTo(both);
    }
  }

  @Test
  void a_dead_letter_covers_what_arrived_during_the_fetch() {
    trigger(DAY);
    SyncRequest first = claimed();
    trigger(new Window(DAY.to(), DAY.to().plusSeconds(60)));

    requests.deadLetter(first, "unexpected", "x");

    assertThat(
            jdbc.sql("select window_to from dead_letter")
                .query((row, i) -> row.getTimestamp(1).toInstant())
                .single())
        .isEqualTo(DAY.to().plusSeconds(60));
  }

  @Test
  void a_lease_further_away_than_any_lease_is_free() {
    trigger(DAY);
    claimed();
    jdbc.sql("update sync_request set leased_until = now() + interval '2 hours'").update();

    new SyncRequests(jdbc, transaction).maintainLeases();

    assertThat(claimedNow()).hasSize(1);
  }

  @Test
  void a_replica_whose_clock_is_ahead_does_not_move_the_cursor_into_the_future() {
    jdbc.sql("update cursor set last_update = now() - interval '1 hour'").update();
    poll();

    requests.complete(claimed(), Instant.now().plus(Duration.ofHours(2)));

    assertThat(lastUpdate()).isBeforeOrEqualTo(databaseTime());
  }

  @Test
  void a_cursor_in_the_future_returns_to_the_time_of_the_claim() {
    jdbc.sql("update cursor set last_update = now() + interval '2 hours'").update();
    poll();

    requests.complete(claimed(), Instant.now().plus(Duration.ofHours(2)));

    assertThat(lastUpdate()).isBeforeOrEqualTo(databaseTime());
  }

  @Test
  void a_page_stored_by_a_replica_whose_clock_is_ahead_does_not_move_the_cursor_either() {
    jdbc.sql("update cursor set last_update = now() - interval '1 hour'").update();
    poll();
    SyncRequest first = claimed();
    requests.storePage(
        FetchRequest.first(first, Instant.now().plus(Duration.ofHours(2)))
            .after(List.of("a"), true, 300L));
    requests.release(first);

    FetchRequest resumed = requests.storedPage(claimed()).orElseThrow();

    assertThat(resumed.begun()).isBeforeOrEqualTo(databaseTime());
  }

  private void poll() {
    jdbc.sql(
            """
            insert into sync_request (account_id, kind, priority, since)
            values (?, 'measures', 'catch-up', now() - interval '1 hour')
            """)
        .param(account)
        .update();
  }

  private Instant lastUpdate() {
    return jdbc.sql("select last_update from cursor where account_id = ? and kind = 'measures'")
        .param(account)
        .query((row, i) -> row.getTimestamp(1).toInstant())
        .single();
  }

  private static Instant databaseTime() {
    return jdbc.sql("select clock_timestamp()")
        .query((row, i) -> row.getTimestamp(1).toInstant())
        .single();
  }

  private void trigger(Window window) {
    requests.trigger(
        List.of(new SyncTrigger(account, DataKind.MEASURES, window, Instant.now(), "c")),
        Duration.ZERO,
        Duration.ZERO);
  }

  private void trigger(String correlation) {
    trigger(Instant.now(), correlation);
  }

  private void trigger(Instant received, String correlation) {
    trigger(received, correlation, Duration.ZERO);
  }

  private void triggerPaced() {
    trigger(Instant.now(), "c", Duration.ofSeconds(10));
  }

  private void trigger(Instant received, String correlation, Duration pace) {
    requests.trigger(
        List.of(new SyncTrigger(account, DataKind.MEASURES, DAY, received, correlation)),
        pace,
        Duration.ZERO);
  }

  private static boolean isOfMeasures(SyncRequest request) {
    return request.kind() == DataKind.MEASURES && request.account().externalUserId().equals("11");
  }

  private UUID connected(String user) {
    return jdbc.sql(
            """
            insert into connected_account
              (provider, subject, external_user_id, status, scopes, patient_id)
            values ('withings', 'ada', ?, 'connected', 'user.metrics', 'p1') returning id
            """)
        .param(user)
        .query(UUID.class)
        .single();
  }

  private void trigger(Duration ago) {
    trigger(Instant.now().minus(ago), "c");
  }

  private SyncRequest claimed() {
    List<SyncRequest> claimed = claimedNow();
    assertThat(claimed).hasSize(1);
    return claimed.get(0);
  }

  @Test
  void a_withdrawal_is_for_an_account_that_is_disconnected_and_takes_no_calls() {
    requests.request(account, DataKind.MEASURES, Priority.WITHDRAWAL, DAY);
    assertThat(waiting()).isZero();

    jdbc.sql("update connected_account set status = 'disconnected'").update();
    requests.request(account, DataKind.MEASURES, Priority.WITHDRAWAL, DAY);
    List<SyncRequest> claimed = claimed(new ClaimLimit(8, 8, Priority.LIVE));

    assertThat(claimed).extracting(SyncRequest::priority).containsExactly(Priority.WITHDRAWAL);
  }

  @Test
  void what_is_asked_for_an_account_that_was_disconnected_meanwhile_leaves_nothing_behind() {
    requests.request(account, DataKind.SLEEP, Priority.BACKFILL, DAY);
    SyncRequest inHand = claimed();
    jdbc.sql("update connected_account set status = 'disconnected'").update();
    jdbc.sql("delete from sync_request").update();

    requests.requestDetails(inHand);
    requests.request(account, DataKind.MEASURES, Priority.LIVE, DAY);

    assertThat(waiting()).isZero();
  }

  @Test
  void a_withdrawal_that_was_served_is_no_more_unless_there_is_more_to_withdraw() {
    jdbc.sql("update connected_account set status = 'disconnected'").update();
    requests.request(account, DataKind.MEASURES, Priority.WITHDRAWAL, DAY);
    SyncRequest first = claimed();
    requests.request(account, DataKind.MEASURES, Priority.WITHDRAWAL, DAY);

    requests.completeWithdrawal(first);
    SyncRequest second = claimed();
    requests.completeWithdrawal(second);

    assertThat(waiting()).isZero();
    assertThat(jdbc.sql("select last_synced_at from cursor").query().singleRow())
        .containsEntry("last_synced_at", null);
    assertThatThrownBy(() -> requests.completeWithdrawal(second))
        .isInstanceOf(LeaseLostException.class);
  }

  private List<SyncRequest> claimedNow() {
    return claimed(new ClaimLimit(8, 8, Priority.BACKFILL));
  }

  private List<SyncRequest> claimed(ClaimLimit limit) {
    return requests.claim(limit);
  }

  private int waiting() {
    return jdbc.sql("select count(*) from sync_request").query(Integer.class).single();
  }

  private @Nullable Instant historyFilledAt() {
    return jdbc.sql("select history_filled_at from cursor")
        .query(java.sql.Timestamp.class)
        .single()
        .toInstant();
  }
}
