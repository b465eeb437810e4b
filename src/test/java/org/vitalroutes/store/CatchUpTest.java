package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.assertj.core.data.TemporalUnitWithinOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.SyncTrigger;
import org.vitalroutes.sync.Window;

/** Who is polled when, by the statement of the route and a real database. */
class CatchUpTest {

  private static final DataKind KIND = DataKind.MEASURES;
  private static final int ROOM = 500;

  private static final WorkTables tables = new WorkTables();

  private final SyncRequests replica = tables.replica();
  private UUID account;

  @BeforeEach
  void connect() {
    tables.jdbc.sql("truncate connected_account cascade").update();
    account = tables.account("someone");
  }

  @Test
  void a_new_account_gets_a_place_in_the_interval_and_is_not_polled_before() {
    for (int i = 0; i < 600; i++) {
      tables.account("user-" + i);
    }

    assertThat(look(ROOM)).isZero();

    List<Double> hours =
        tables
            .jdbc
            .sql("select extract(epoch from next_poll_at - now()) / 3600 from cursor")
            .query(Double.class)
            .list();
    assertThat(hours).hasSize(601 * DataKind.values().length).allMatch(h -> h > -0.1 && h < 6);
    for (int hour = 0; hour < 6; hour++) {
      int from = hour;
      assertThat(hours.stream().filter(h -> h >= from && h < from + 1).count())
          .isBetween((long) hours.size() / 10, (long) hours.size() / 4);
    }
  }

  @Test
  void the_kinds_of_an_account_are_polled_together_so_that_one_token_serves_them() {
    look(ROOM);
    assertThat(places()).hasSize(1);

    tables.jdbc.sql("update cursor set next_poll_at = next_poll_at - interval '8 hours'").update();
    assertThat(look(ROOM)).isEqualTo(DataKind.values().length);
    assertThat(places()).hasSize(1);
  }

  private static List<Instant> places() {
    return tables
        .jdbc
        .sql("select distinct next_poll_at from cursor")
        .query(Timestamp.class)
        .list()
        .stream()
        .map(Timestamp::toInstant)
        .toList();
  }

  @Test
  void what_is_due_is_polled_from_the_cursor_less_an_overlap_and_keeps_its_place() {
    due("13 hours");
    Instant lastUpdate = WorkTables.instant(cursor("last_update"));
    Instant place = WorkTables.instant(cursor("next_poll_at"));

    assertThat(look(ROOM)).isEqualTo(1);

    SyncRequest poll = tables.claimOne(replica);
    assertThat(poll.priority()).isEqualTo(Priority.CATCH_UP);
    assertThat(poll.since()).isEqualTo(lastUpdate.minus(Duration.ofMinutes(10)));
    assertThat(WorkTables.instant(cursor("next_poll_at")))
        .isCloseTo(
            place.plus(Duration.ofHours(18)), new TemporalUnitWithinOffset(1, ChronoUnit.SECONDS));
    assertThat(look(ROOM)).isZero();
  }

  @Test
  void polls_become_rarer_by_the_day_while_nothing_is_lost_down_to_one_in_four_intervals() {
    delivered();
    readInFull();
    List<Integer> polls = pollsOfDays(9, () -> Duration.ofHours(1));

    assertThat(polls).first().isEqualTo(4);
    assertThat(polls).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(polls.subList(5, 9)).containsOnly(1);
  }

  @Test
  void a_kind_without_any_data_is_polled_every_three_days_in_the_end_and_daily_with_its_first() {
    List<Integer> polls = pollsOfDays(20, () -> Duration.ofHours(1));
    assertThat(polls).first().isEqualTo(4);
    assertThat(polls.subList(14, 20).stream().mapToInt(Integer::intValue).sum()).isEqualTo(2);

    delivered();
    assertThat(pollsOfDays(4, () -> Duration.ofHours(1)).subList(1, 4)).containsOnly(1);
  }

  @Test
  void a_poll_that_found_something_makes_every_interval_polled_again() {
    quietFor("30 days");
    delivered();
    readInFull();
    assertThat(pollsOfDays(2, () -> Duration.ofHours(1))).containsExactly(1, 1);

    SyncRequest request = poll();
    replica.recordLost(request);
    replica.complete(request, Instant.now());

    assertThat(pollsOfDays(1, () -> Duration.ofHours(1))).containsExactly(4);
  }

  @Test
  void nothing_lost_stays_unknown_for_longer_than_four_intervals_however_irregular_the_runs_are() {
    delivered();
    for (long seed = 0; seed < 5; seed++) {
      Random random = new Random(seed);
      quietFor(seed + " days");
      Duration gap = Duration.ZERO;
      for (Duration all = Duration.ZERO;
          all.compareTo(Duration.ofDays(9)) < 0;
          all = all.plus(Duration.ofHours(1))) {
        // A run now and then, and a full read in between.
        Duration step = Duration.ofMinutes(1 + random.nextInt(119));
        pass(step);
        gap = gap.plus(step);
        look(ROOM);
        if (polled()) {
          gap = Duration.ZERO;
        }
        assertThat(gap).as("seed %s", seed).isLessThan(Duration.ofHours(26));
      }
    }
  }

  @Test
  void an_interval_of_days_does_not_grow_beyond_three_days() {
    quietFor("300 days");
    due("1 minute");
    assertThat(look(ROOM, "P5D")).isEqualTo(1);
    tables.claim(replica, 10).forEach(poll -> replica.complete(poll, Instant.now()));
    due("1 minute");
    assertThat(look(ROOM, "P5D")).isEqualTo(1);
  }

  @Test
  void a_poll_that_found_something_makes_the_subscriptions_due_at_most_once_a_day() {
    quietFor("2 days");
    tables
        .jdbc
        .sql("update connected_account set next_subscription_check_at = now() + interval '5 days'")
        .update();
    replica.recordLost(poll());
    assertThat(checkIsDue()).isTrue();

    tables
        .jdbc
        .sql("update connected_account set next_subscription_check_at = now() + interval '5 days'")
        .update();
    replica.recordLost(poll());
    assertThat(checkIsDue()).isFalse();
  }

  private static boolean checkIsDue() {
    return tables
        .jdbc
        .sql("select next_subscription_check_at <= now() from connected_account")
        .query(Boolean.class)
        .single();
  }

  /** A poll that is in flight. */
  private SyncRequest poll() {
    tables.jdbc.sql("delete from sync_request").update();
    tables
        .jdbc
        .sql(
            """
            insert into sync_request (account_id, kind, priority, since)
            values (?, 'measures', 'catch-up', now())
            """)
        .param(account)
        .update();
    return tables.claimOne(replica);
  }

  /** The polls of each of so many days, with scheduled runs after such times. */
  private List<Integer> pollsOfDays(int days, Supplier<Duration> steps) {
    List<Integer> polls = new ArrayList<>();
    look(ROOM);
    for (int day = 0; day < days; day++) {
      int polled = 0;
      for (Duration time = Duration.ZERO; time.compareTo(Duration.ofDays(1)) < 0; ) {
        Duration step = steps.get();
        time = time.plus(step);
        pass(step);
        look(ROOM);
        polled += polled() ? 1 : 0;
      }
      polls.add(polled);
    }
    return polls;
  }

  /** Whether a poll was requested; every request is served at once. */
  private boolean polled() {
    boolean polled =
        tables
            .jdbc
            .sql("delete from sync_request where kind = 'measures' returning since is not null")
            .query(Boolean.class)
            .list()
            .contains(true);
    if (polled) {
      tables.jdbc.sql("update cursor set last_update = now()").update();
    }
    return polled;
  }

  private static void quietFor(String time) {
    tables
        .jdbc
        .sql("update connected_account set nothing_lost_since = now() - cast(? as interval)")
        .param(time)
        .update();
  }

  /** Sets everything back by a time, as if it had passed. */
  private static void pass(Duration time) {
    for (String statement :
        List.of(
            "update cursor set next_poll_at = next_poll_at - make_interval(secs => :seconds),"
                + " last_update = last_update - make_interval(secs => :seconds),"
                + " full_read_at = full_read_at - make_interval(secs => :seconds)",
            "update connected_account"
                + " set nothing_lost_since = nothing_lost_since - make_interval(secs => :seconds)")) {
      tables.jdbc.sql(statement).param("seconds", time.toSeconds()).update();
    }
  }

  @Test
  void now_and_then_the_last_days_are_read_whole_instead() {
    delivered();
    due("1 minute");
    tables.jdbc.sql("update cursor set full_read_at = now() - interval '8 days'").update();

    assertThat(look(ROOM)).isEqualTo(1);

    SyncRequest read = tables.claimOne(replica);
    assertThat(read.window()).isNotNull();
    assertThat(Duration.between(read.window().from(), read.window().to()))
        .isEqualTo(Duration.ofDays(8));
    replica.complete(read, Instant.now());
    due("1 minute");
    assertThat(look(ROOM)).isEqualTo(1);
    assertThat(tables.claimOne(replica).since()).isNotNull();
  }

  @Test
  void a_full_read_replaces_no_poll_once_polls_are_rare_and_is_not_made_of_nothing() {
    quietFor("30 days");
    look(ROOM);
    tables.jdbc.sql("update cursor set full_read_at = now() - interval '8 days'").update();
    pollsOfDays(2, () -> Duration.ofHours(1));
    assertThat(cursor("full_read_at")).matches(at -> longAgo(at));

    delivered();
    assertThat(pollsOfDays(2, () -> Duration.ofHours(1))).containsExactly(1, 1);
    assertThat(cursor("full_read_at")).matches(at -> !longAgo(at));
  }

  private static boolean longAgo(Object moment) {
    return WorkTables.instant(moment).isBefore(Instant.now().minus(Duration.ofDays(3)));
  }

  private static void readInFull() {
    tables.jdbc.sql("update cursor set full_read_at = now()").update();
  }

  /** Something that the FHIR server has. */
  private void delivered() {
    tables
        .jdbc
        .sql(
            """
            insert into delivered (account_id, key, kind, resource_type, resource_id, effective_at,
              content_hash)
            values (?, 'a', 'measures', 'Observation', 'a', now(), '')
            """)
        .param(account)
        .update();
  }

  @Test
  void no_more_polls_wait_than_that_and_the_longest_due_come_first() {
    tables.account("another");
    due("1 day");
    tables
        .jdbc
        .sql(
            """
            update cursor set next_poll_at = now() - interval '1 minute'
            where next_poll_at > now()
            """)
        .update();

    assertThat(look(3)).isEqualTo(3);
    assertThat(look(3)).isZero();
    assertThat(tables.claim(replica, 10))
        .hasSize(3)
        .anyMatch(poll -> poll.account().id().equals(account) && poll.kind() == KIND);
    assertThat(look(3)).isEqualTo(3);
  }

  @Test
  void who_is_not_connected_is_not_polled_and_not_looked_at_again() {
    due("1 minute");
    tables.jdbc.sql("update connected_account set status = 'reconnect_required'").update();

    assertThat(look(ROOM)).isZero();

    assertThat(
            tables
                .jdbc
                .sql("select next_poll_at = 'infinity' from cursor where kind = 'measures'")
                .query(Boolean.class)
                .single())
        .isTrue();
  }

  @Test
  void the_polls_of_who_has_to_connect_again_are_not_in_the_way_of_others() {
    due("1 minute");
    assertThat(look(1)).isEqualTo(1);
    tables.jdbc.sql("update connected_account set status = 'reconnect_required'").update();
    account = tables.account("another");
    due("1 minute");

    assertThat(look(1)).isEqualTo(1);
  }

  @Test
  void an_account_with_daily_notifications_that_stop_is_silent() {
    for (int day = 0; day < 7; day++) {
      tables
          .jdbc
          .sql(
              """
              update cursor set notified_at = notified_at - interval '1 day',
                silent_after = silent_after - interval '1 day'
              """)
          .update();
      told();
      told();
    }
    assertThat(cursor("notified_count")).isEqualTo(6);
    assertThat(silent()).isZero();

    daysPass(4);
    assertThat(silent()).isZero();
    daysPass(2);
    assertThat(silent()).isOne();

    told();
    assertThat(silent()).isZero();
  }

  private static double silent() {
    return tables.metrics().of("accounts.silent", "");
  }

  private void daysPass(int days) {
    tables
        .jdbc
        .sql(
            """
            update cursor set notified_at = notified_at - make_interval(days => :days),
              silent_after = silent_after - make_interval(days => :days)
            """)
        .param("days", days)
        .update();
  }

  private void told() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    replica.trigger(
        List.of(new SyncTrigger(account, KIND, new Window(now, now), now, "c")),
        Duration.ZERO,
        Duration.ZERO);
    replica.complete(tables.claimOne(replica), now);
  }

  private void due(String since) {
    look(ROOM);
    tables
        .jdbc
        .sql(
            """
            update cursor set next_poll_at = now() - cast(:since as interval)
            where account_id = :account and kind = :kind
            """)
        .param("since", since)
        .param("account", account)
        .param("kind", KIND.code())
        .update();
  }

  private int look(int room) {
    return look(room, "PT6H");
  }

  private int look(int room, String every) {
    return tables
        .jdbc
        .sql(WorkTables.statement("due-catch-ups"))
        .param("catchupevery", every)
        .param("fullreadevery", "P7D")
        .param("catchupbatchsize", room)
        .update();
  }

  private Object cursor(String column) {
    return tables.cursor(account, KIND).get(column);
  }
}
