package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncTrigger;
import org.vitalroutes.sync.Window;

/** The numbers of a scrape, from a real database. */
class BacklogMetricsTest {

  private static final WorkTables tables = new WorkTables();

  UUID ada;
  UUID bob;

  @BeforeEach
  void connect() {
    tables.jdbc.sql("truncate connected_account, notification, withings_slot cascade").update();
    tables.jdbc.sql("update withings_pause set paused_until = timestamptz 'epoch'").update();
    ada = tables.account("ada");
    bob = tables.account("bob");
  }

  @Test
  void nothing_that_waits_is_nothing_and_not_unknown() {
    assertThat(figure("inbox.waiting", "")).isZero();
    assertThat(figure("inbox.oldest", "")).isZero();
    assertThat(figure("requests.lag", "live")).isZero();
    assertThat(figure("dead.letters.oldest", "")).isZero();
    assertThat(figure("catchup.overdue", "")).isZero();
    assertThat(figure("budget.pause", "")).isZero();
    assertThat(figure("accounts.status", "connected")).isEqualTo(2);
    assertThat(figure("accounts.status", "reconnect_required")).isZero();
  }

  @Test
  void what_waits_is_counted_and_its_oldest_is_dated() {
    run(
        """
        insert into notification (received_at, user_id, appli, body, oddities)
        values (now() - interval '90 seconds', 'ada', 1, '', '{}'), (now(), 'ada', 1, '', '{}')
        """);

    assertThat(figure("inbox.waiting", "")).isEqualTo(2);
    assertThat(figure("inbox.oldest", "")).isCloseTo(90, within(5.0));
  }

  @Test
  void work_is_counted_by_priority_and_state_and_lags_only_while_it_is_due() {
    for (DataKind kind : DataKind.values()) {
      ask(ada, kind);
    }
    ask(bob, DataKind.MEASURES);
    run("update connected_account set status = 'reconnect_required' where subject = 'bob'");
    run("update sync_request set requested_at = now() - interval '9 minutes'");
    run("update sync_request set not_before = now() + interval '1 minute' where kind = 'sleep'");
    run("update sync_request set not_before = now() - interval '2 minutes' where kind = 'ecg'");
    run(
        "update sync_request set not_before = now() - interval '1 hour' where account_id <> ?",
        ada);
    run(
        """
        update sync_request set leased_by = ?, leased_until = now() - interval '1 second'
        where kind = 'workouts'
        """,
        UUID.randomUUID());

    assertThat(figure("requests.waiting.due", "live")).isEqualTo(3);
    assertThat(figure("requests.waiting.retrying", "live")).isEqualTo(1);
    assertThat(figure("requests.waiting.in-flight", "live")).isEqualTo(1);
    assertThat(figure("requests.waiting.held", "live")).isEqualTo(1);
    assertThat(figure("requests.waiting.due", "connection")).isZero();
    assertThat(figure("requests.oldest", "live")).isCloseTo(540, within(5.0));
    assertThat(figure("requests.lag", "live")).isCloseTo(120, within(5.0));
    assertThat(figure("leases.held", "")).isEqualTo(1);
    assertThat(figure("leases.expired", "")).isEqualTo(1);
  }

  @Test
  void freshness_is_that_of_connected_accounts_and_begins_with_the_connection() {
    UUID cyd = tables.account("cyd");
    run("update connected_account set connected_at = now() - interval '3 hours'");
    run("update cursor set last_synced_at = now() - interval '1 minute' where account_id = ?", ada);
    run("update cursor set last_synced_at = now() - interval '1 hour' where account_id = ?", bob);

    assertThat(figure("freshness.oldest", "sleep")).isCloseTo(10800, within(10.0));
    assertThat(figure("freshness.median", "sleep")).isCloseTo(3600, within(10.0));

    run("update connected_account set status = 'disconnected' where id = ?", cyd);

    assertThat(figure("freshness.oldest", "sleep")).isCloseTo(3600, within(10.0));
    assertThat(figure("freshness.median", "sleep")).isCloseTo(60, within(10.0));
  }

  @Test
  void polls_whose_time_has_come_are_overdue() {
    run("update cursor set next_poll_at = now() + interval '1 hour'");
    run("update cursor set next_poll_at = now() - interval '1 hour' where kind = 'ecg'");

    assertThat(figure("catchup.due", "")).isEqualTo(2);
    assertThat(figure("catchup.overdue", "")).isCloseTo(3600, within(5.0));
  }

  @Test
  void dead_letters_are_counted_by_reason_until_they_are_settled() {
    for (String reason : new String[] {"fhir-refused", "fhir-refused", "unheard-of"}) {
      run(
          """
          insert into dead_letter (account_id, kind, priority, tries, reason, detail, created_at)
          values (?, 'measures', 'live', 1, ?, '', now() - interval '1 day')
          """,
          ada,
          reason);
    }

    BacklogMetrics metrics = tables.metrics();

    assertThat(metrics.of("dead.letters.waiting", "fhir-refused")).isEqualTo(2);
    assertThat(metrics.of("dead.letters.waiting", reason -> !reason.startsWith("fhir"))).isOne();
    assertThat(metrics.of("dead.letters.oldest", "")).isCloseTo(86400, within(5.0));

    run("update dead_letter set settled = 'discarded', settled_at = now()");

    assertThat(tables.metrics().of("dead.letters.waiting", reason -> true)).isZero();
  }

  @Test
  void the_budget_has_nothing_left_while_it_pauses() {
    Budget budget = new Budget(tables.jdbc, 120);
    Budget.Permit permit = budget.take(Priority.CODE).orElseThrow();

    assertThat(figure("budget.left", "")).isEqualTo(119);
    assertThat(figure("withings.calls", "")).isEqualTo(1);

    budget.pause(permit, Duration.ofSeconds(30), false);

    assertThat(figure("budget.left", "")).isZero();
    assertThat(figure("budget.pause", "")).isCloseTo(30, within(5.0));
  }

  @Test
  void one_answer_serves_all_for_a_while() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    BacklogMetrics metrics = tables.metrics(((InstantSource) now::get).withZone(ZoneOffset.UTC));
    assertThat(metrics.of("accounts.status", "connected")).isEqualTo(2);
    tables.account("cyd");

    now.set(Instant.EPOCH.plusSeconds(4));
    assertThat(metrics.of("accounts.status", "connected")).isEqualTo(2);

    now.set(Instant.EPOCH.plusSeconds(6));
    assertThat(metrics.of("accounts.status", "connected")).isEqualTo(3);
  }

  @Test
  void without_the_database_nothing_is_known() {
    BacklogMetrics metrics =
        new BacklogMetrics(
            new JdbcTemplate(new DriverManagerDataSource("jdbc:postgresql://localhost:1/none")),
            "select 1",
            120,
            Clock.systemUTC());

    assertThat(metrics.of("inbox.waiting", "")).isNaN();
    assertThat(metrics.of("dead.letters.waiting", reason -> true)).isNaN();
  }

  private static double figure(String name, String label) {
    return tables.metrics().of(name, label);
  }

  private static void ask(UUID account, DataKind kind) {
    Instant now = Instant.now();
    tables
        .replica()
        .trigger(
            List.of(
                new SyncTrigger(account, kind, new Window(now.minusSeconds(60), now), now, "c")),
            Duration.ZERO,
            Duration.ZERO);
  }

  private static void run(String sql, Object... values) {
    tables.jdbc.sql(sql).params(values).update();
  }
}
