package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.assertj.core.data.TemporalUnitWithinOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
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
  void a_poll_is_left_out_after_a_notification_but_not_for_ever() {
    due("1 minute");
    tables.jdbc.sql("update cursor set notified_at = now() - interval '1 hour'").update();
    assertThat(look(ROOM)).isZero();
    assertThat(WorkTables.instant(cursor("next_poll_at"))).isAfter(Instant.now());

    due("1 minute");
    tables.jdbc.sql("update cursor set last_update = now() - interval '25 hours'").update();
    assertThat(look(ROOM)).isEqualTo(1);
  }

  @Test
  void now_and_then_the_last_days_are_read_whole_instead() {
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
    replica.request(account, KIND, Priority.LIVE, new Window(now, now));
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
    return tables
        .jdbc
        .sql(WorkTables.statement("due-catch-ups"))
        .param("catchupevery", "PT6H")
        .param("fullreadevery", "P7D")
        .param("catchupbatchsize", room)
        .update();
  }

  private Object cursor(String column) {
    return tables.cursor(account, KIND).get(column);
  }
}
