package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.store.Budget.Permit;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.testsupport.LocalPostgres;

/** The budget in a real database. Time passes by moving the times in the rows into the past. */
class BudgetTest {

  private static final int LIMIT = 120;

  static DataSource database;
  static JdbcClient jdbc;

  Budget budget;

  @BeforeAll
  static void prepare() {
    database = LocalPostgres.shared().newPool();
    jdbc = JdbcClient.create(database);
    Flyway.configure().dataSource(database).load().migrate();
  }

  @BeforeEach
  void empty() {
    jdbc.sql("truncate withings_slot").update();
    jdbc.sql("update withings_pause set paused_until = timestamptz 'epoch', length = '0'").update();
    budget = new Budget(jdbc, LIMIT);
  }

  @Test
  void so_many_calls_and_no_more() {
    assertThat(take(Priority.CODE, LIMIT)).hasSize(LIMIT).doesNotHaveDuplicates();
    assertThat(budget.take(Priority.CODE)).isEmpty();
    assertThat(budget.view()).isEqualTo(new Budget.View(LIMIT, 0, 0, null));
  }

  @Test
  void codes_get_a_sixth_of_the_budget_and_the_rest_stays_for_what_is_live() {
    List<Permit> codes =
        IntStream.range(0, LIMIT)
            .mapToObj(i -> budget.take(Priority.CODE).orElse(null))
            .takeWhile(Objects::nonNull)
            .toList();

    assertThat(codes).hasSize(LIMIT / 6);
    assertThat(budget.take(Priority.LIVE)).isPresent();
    passes(Duration.ofSeconds(61));
    assertThat(budget.take(Priority.CODE)).isPresent();
  }

  @Test
  void a_call_is_free_again_a_minute_after_its_answer_and_not_before() {
    List<Permit> taken = take(Priority.CODE, LIMIT);
    passes(Duration.ofSeconds(65));
    assertThat(budget.take(Priority.CODE)).isEmpty();

    budget.answered(taken.get(7));
    // The test itself takes time, on a busy machine more than the tenth that is to spare.
    passes(Duration.ofSeconds(50));
    assertThat(budget.take(Priority.CODE)).isEmpty();
    passes(Duration.ofSeconds(11));
    assertThat(budget.take(Priority.CODE)).contains(new Permit(taken.get(7).slot(), 2));
  }

  @Test
  void slots_and_a_pause_further_away_than_they_can_be_are_free_a_minute_later() {
    take(Priority.CODE, LIMIT);
    jdbc.sql("update withings_slot set free_at = now() + interval '2 hours'").update();
    jdbc.sql("update withings_pause set paused_until = now() + interval '2 days'").update();

    budget.correctTimes();

    assertThat(budget.view().pausedUntil()).isNull();
    assertThat(budget.take(Priority.CODE)).isEmpty();
    passes(Duration.ofSeconds(61));
    assertThat(take(Priority.CODE, LIMIT)).hasSize(LIMIT);
  }

  @Test
  void a_permit_without_a_recorded_answer_expires_and_a_late_answer_changes_nothing() {
    Permit late = take(Priority.CODE, LIMIT).get(0);
    passes(Duration.ofSeconds(151));
    take(Priority.CODE, LIMIT);

    budget.answered(late);
    passes(Duration.ofSeconds(90));

    assertThat(budget.take(Priority.CODE)).isEmpty();
  }

  @Test
  void the_last_calls_are_kept_for_what_is_more_urgent() {
    take(Priority.LIVE, LIMIT - 6);
    // Those of details are counted by five seconds.
    passes(Duration.ofSeconds(5));
    freeSoon(LIMIT / 2);

    assertThat(take(Priority.DETAILS, LIMIT)).hasSize(1);
    assertThat(take(Priority.CONNECTION, LIMIT)).hasSize(3);
    assertThat(take(Priority.BACKFILL, 1)).isEmpty();
    assertThat(take(Priority.LIVE, LIMIT)).hasSize(1);
    assertThat(take(Priority.CODE, LIMIT)).hasSize(1);
  }

  @Test
  void connections_at_once_leave_calls_to_notifications_until_more_come_free() {
    List<Permit> connected = take(Priority.CONNECTION, LIMIT);
    assertThat(connected).hasSize(LIMIT - LIMIT / 6);
    connected.forEach(budget::answered);
    assertThat(budget.view().soon()).isEqualTo(LIMIT / 6);
    assertThat(budget.take(Priority.BACKFILL)).isEmpty();
    assertThat(take(Priority.LIVE, 5)).hasSize(5);

    passes(Duration.ofSeconds(50));
    assertThat(budget.view().soon()).isEqualTo(LIMIT - 5);
    assertThat(take(Priority.CONNECTION, LIMIT)).hasSize(LIMIT / 6 - 5 - 2);
  }

  @Test
  void history_is_spread_and_may_use_more_than_95_percent() {
    int used = 0;
    long begun = System.nanoTime();
    for (int fiveSeconds = 0; fiveSeconds < 12; fiveSeconds++) {
      List<Permit> now = take(Priority.BACKFILL, LIMIT);
      now.forEach(budget::answered);
      assertThat(now).hasSizeLessThanOrEqualTo(LIMIT / 10 + 1);
      used += now.size();
      passes(Duration.ofSeconds(5));
    }
    // The test's own time frees calls too.
    long own = Duration.ofNanos(System.nanoTime() - begun).toSeconds() + 1;
    assertThat(used).isBetween(LIMIT - 4, LIMIT - 4 + (int) (own * LIMIT / 60));
  }

  @Test
  void live_calls_at_twice_the_pace_of_the_budget_strain_it_and_others_do_not() {
    take(Priority.CONNECTION, 20);
    take(Priority.LIVE, LIMIT / 15);
    assertThat(budget.isStrained()).isFalse();

    take(Priority.LIVE, 1);
    assertThat(budget.isStrained()).isTrue();
    assertThat(new Budget(jdbc, 0).isStrained()).isFalse();
    passes(Duration.ofSeconds(2));
    assertThat(budget.isStrained()).isFalse();
  }

  @Test
  void a_pause_holds_all_but_a_code_and_ends_gently() {
    Permit first = take(Priority.LIVE, 1).get(0);
    budget.pause(first, Duration.ofSeconds(60), false);

    assertThat(budget.take(Priority.LIVE)).isEmpty();
    assertThat(budget.view().left()).isZero();
    assertThat(budget.view().pausedUntil()).isNotNull();
    assertThat(budget.take(Priority.CODE)).isPresent();

    passes(Duration.ofSeconds(61));
    assertThat(take(Priority.LIVE, LIMIT)).hasSizeBetween(1, 3);
    passes(Duration.ofSeconds(20));
    assertThat(take(Priority.LIVE, LIMIT)).hasSizeBetween(18, 24);
    passes(Duration.ofSeconds(60));
    assertThat(take(Priority.LIVE, LIMIT)).hasSizeGreaterThan(60);
  }

  @Test
  void calls_that_were_on_their_way_do_not_lengthen_a_pause_and_a_refused_probe_doubles_it() {
    List<Permit> onTheirWay = take(Priority.LIVE, 5);
    onTheirWay.forEach(permit -> budget.pause(permit, Duration.ofSeconds(60), false));
    assertThat(pauseSeconds()).isEqualTo(60);

    passes(Duration.ofSeconds(61));
    budget.pause(take(Priority.LIVE, 1).get(0), Duration.ofSeconds(60), false);
    assertThat(pauseSeconds()).isEqualTo(120);
  }

  @Test
  void a_wait_that_withings_asks_for_is_kept_as_it_is() {
    budget.pause(take(Priority.LIVE, 1).get(0), Duration.ofSeconds(60), false);
    passes(Duration.ofSeconds(61));

    for (int times = 0; times < 3; times++) {
      budget.pause(take(Priority.CODE, 1).get(0), Duration.ofSeconds(15), true);
      assertThat(pauseSeconds()).isEqualTo(15);
      passes(Duration.ofSeconds(16));
    }
  }

  @Test
  void replicas_that_take_at_once_take_no_call_twice() throws Exception {
    ExecutorService replicas = Executors.newFixedThreadPool(6);
    try {
      List<Callable<List<Permit>>> work =
          IntStream.range(0, 6)
              .mapToObj(
                  replica ->
                      (Callable<List<Permit>>)
                          () -> {
                            Budget own = new Budget(JdbcClient.create(database), LIMIT);
                            return IntStream.range(0, 40)
                                .mapToObj(i -> own.take(Priority.LIVE))
                                .flatMap(Optional::stream)
                                .toList();
                          })
              .toList();
      List<Permit> taken =
          replicas.invokeAll(work).stream().flatMap(each -> result(each).stream()).toList();

      assertThat(taken).doesNotHaveDuplicates();
      assertThat(taken.stream().map(Permit::slot)).doesNotHaveDuplicates();
      // A slot that another has locked is passed over, so a few may be left.
      assertThat(taken).hasSizeBetween(LIMIT - 6, LIMIT);
    } finally {
      replicas.shutdown();
    }
  }

  /** Each code is taken as if in its own minute, because their share is not tested here. */
  private List<Permit> take(Priority priority, int most) {
    return IntStream.range(0, most)
        .mapToObj(
            i -> {
              Permit permit = budget.take(priority).orElse(null);
              jdbc.sql("update withings_slot set code = false where code").update();
              return permit;
            })
        .takeWhile(Objects::nonNull)
        .toList();
  }

  /** Calls that are under way will be free again in ten seconds. */
  private static void freeSoon(int calls) {
    jdbc.sql(
            """
            update withings_slot set free_at = now() + interval '10 seconds'
            where slot in (select slot from withings_slot where free_at > now() limit :calls)
            """)
        .param("calls", calls)
        .update();
  }

  private static void passes(Duration time) {
    jdbc.sql(
            """
            update withings_slot set taken_at = taken_at - make_interval(secs => :s),
              free_at = free_at - make_interval(secs => :s)
            """)
        .param("s", time.toSeconds())
        .update();
    jdbc.sql("update withings_pause set paused_until = paused_until - make_interval(secs => :s)")
        .param("s", time.toSeconds())
        .update();
  }

  private static long pauseSeconds() {
    return jdbc.sql("select round(extract(epoch from paused_until - now())) from withings_pause")
        .query(Long.class)
        .single();
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
