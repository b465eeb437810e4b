package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.store.Inbox.Waiting;
import org.vitalroutes.testsupport.LocalPostgres;

/** The inbox by week, in a real database. */
class InboxPartitionsTest {

  private final DataSource database = LocalPostgres.shared().newPool();
  private final JdbcClient jdbc = JdbcClient.create(database);

  @Test
  void what_was_in_the_inbox_before_is_there_afterwards_and_numbers_go_on() {
    migrate("19");
    for (int i = 0; i < 3; i++) {
      jdbc.sql(
              """
              insert into notification (received_at, body, oddities, dispatched_at)
              values (now() - make_interval(days => ?), '', '{}', case when ? = 2 then now() end)
              """)
          .param(i)
          .param(i)
          .update();
    }

    migrate("latest");

    try (Inbox inbox = new Inbox(database, jdbc)) {
      inbox.store(Instant.now(), "4711", 1, new byte[] {1}, List.of(), "the-correlation");
      assertThat(inbox.take("withings", 1)).extracting(Waiting::id).containsExactly(1L);
      assertThat(inbox.take("withings", 10)).extracting(Waiting::id).containsExactly(2L, 4L);
      assertThat(inbox.take("withings", 10)).isEmpty();
    }
    assertThat(count("select count(*) from notification")).isEqualTo(4);
  }

  @Test
  void a_week_past_its_retention_is_dropped_once_all_of_it_is_dispatched() {
    migrate("latest");
    long before = partitions();
    try (Inbox inbox = new Inbox(database, jdbc)) {
      inbox.store(Instant.now(), null, null, new byte[] {1}, List.of(), "the-correlation");
    }

    assertThat(tend("-30 days")).isEqualTo(before - 2);
    jdbc.sql("update notification set dispatched_at = now()").update();
    tend("-30 days");
    assertThat(count("select count(*) from notification")).isZero();
  }

  @Test
  void a_notification_is_stored_though_no_partition_is_there_for_it() {
    migrate("latest");
    Instant farAhead = Instant.now().plus(Duration.ofDays(60));
    try (Inbox inbox = new Inbox(database, jdbc)) {
      inbox.store(farAhead, null, null, new byte[] {1}, List.of(), "the-correlation");
      assertThat(inbox.take("withings", 1)).hasSize(1);
    }

    assertThat(count("select count(*) from notification_default")).isEqualTo(1);
    assertThat(tend("30 days")).isZero();
    jdbc.sql("update notification set dispatched_at = now()").update();
    tend("-90 days");
    assertThat(count("select count(*) from notification_default")).isZero();
  }

  @Test
  void partitions_are_made_ahead_and_doing_so_again_changes_nothing() {
    migrate("latest");
    long before = partitions();

    assertThat(tend("30 days")).isZero();

    assertThat(partitions()).isEqualTo(before).isGreaterThanOrEqualTo(4);
  }

  private void migrate(String version) {
    Flyway.configure().dataSource(database).target(version).load().migrate();
  }

  private long partitions() {
    return count("select count(*) from pg_inherits where inhparent = 'notification'::regclass");
  }

  private long tend(String retention) {
    return jdbc.sql("select tend_inbox(cast(? as interval))")
        .param(retention)
        .query(Long.class)
        .single();
  }

  private long count(String sql) {
    return jdbc.sql(sql).query(Long.class).single();
  }
}
