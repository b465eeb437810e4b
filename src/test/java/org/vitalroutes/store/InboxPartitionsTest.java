package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.store.Inbox.Arrival;
import org.vitalroutes.store.Inbox.Waiting;
import org.vitalroutes.testsupport.LocalPostgres;

/** The inbox by week, in a real database. */
class InboxPartitionsTest {

  private final DataSource database = LocalPostgres.shared().newPool();
  private final JdbcClient jdbc = JdbcClient.create(database);

  InboxPartitionsTest() {
    Flyway.configure().dataSource(database).load().migrate();
  }

  @Test
  void notifications_of_several_weeks_are_taken_in_the_order_of_their_arrival() {
    for (int weeks = 0; weeks < 3; weeks++) {
      jdbc.sql(
              """
              insert into notification (received_at, body, oddities)
              values (now() + make_interval(weeks => ?), '', '{}')
              """)
          .param(weeks)
          .update();
    }

    try (Inbox inbox = new Inbox(database, jdbc)) {
      assertThat(inbox.take("withings", 1)).extracting(Waiting::id).containsExactly(1L);
      assertThat(inbox.take("withings", 10)).extracting(Waiting::id).containsExactly(2L, 3L);
      assertThat(inbox.take("withings", 10)).isEmpty();
    }
  }

  @Test
  void a_week_past_its_retention_is_dropped_once_all_of_it_is_dispatched() {
    long before = partitions();
    try (Inbox inbox = new Inbox(database, jdbc)) {
      inbox.store(
          new Arrival(Instant.now(), null, null, new byte[] {1}, List.of(), "the-correlation"));
    }

    assertThat(maintain("-30 days")).isEqualTo(before - 2);
    jdbc.sql("update notification set dispatched_at = now()").update();
    maintain("-30 days");
    assertThat(count("select count(*) from notification")).isZero();
  }

  @Test
  void a_notification_is_stored_though_no_partition_is_there_for_it() {
    Instant farAhead = Instant.now().plus(Duration.ofDays(60));
    try (Inbox inbox = new Inbox(database, jdbc)) {
      inbox.store(new Arrival(farAhead, null, null, new byte[] {1}, List.of(), "the-correlation"));
      assertThat(inbox.take("withings", 1)).hasSize(1);
    }

    assertThat(count("select count(*) from notification_default")).isEqualTo(1);
    assertThat(maintain("30 days")).isZero();
    jdbc.sql("update notification set dispatched_at = now()").update();
    maintain("-90 days");
    assertThat(count("select count(*) from notification_default")).isZero();
  }

  @Test
  void partitions_are_made_ahead_and_doing_so_again_changes_nothing() {
    long before = partitions();

    assertThat(maintain("30 days")).isZero();

    assertThat(partitions()).isEqualTo(before).isGreaterThanOrEqualTo(4);
  }

  private long partitions() {
    return count("select count(*) from pg_inherits where inhparent = 'notification'::regclass");
  }

  private long maintain(String retention) {
    return jdbc.sql("select maintain_inbox_partitions(cast(? as interval))")
        .param(retention)
        .query(Long.class)
        .single();
  }

  private long count(String sql) {
    return jdbc.sql(sql).query(Long.class).single();
  }
}
