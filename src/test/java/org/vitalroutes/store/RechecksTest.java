package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.Recheck;
import org.vitalroutes.sync.Recheck.Reason;
import org.vitalroutes.sync.RemovalProof.Mass;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;

/** Second reads in a real database. */
class RechecksTest {

  private static final Instant MONDAY = Instant.parse("2024-03-04T08:00:00Z");
  private static final Window WINDOW = new Window(MONDAY, MONDAY.plusSeconds(600));
  private static final Window LATER =
      new Window(MONDAY.plusSeconds(3600), MONDAY.plusSeconds(7200));

  private final WorkTables tables = new WorkTables();
  private SyncRequests requests;
  private Rechecks rechecks;
  private SyncRequest request;

  @BeforeEach
  void connect() {
    requests = tables.replica();
    rechecks =
        new Rechecks(
            tables.jdbc, new TransactionTemplate(new JdbcTransactionManager(tables.database)));
    UUID account = tables.account("4711");
    requests.request(account, DataKind.MEASURES, Priority.LIVE, WINDOW);
    request = tables.claimOne(requests);
  }

  @Test
  void a_second_read_waits_at_least_a_minute_and_holds_back_no_notification() {
    rechecks.add(request, List.of(removal(Duration.ZERO, 1)));

    assertThat(rechecks.due(request)).isEmpty();
    assertThat(secondsUntilRequest()).isBetween(60.0, 75.0);
    requests.complete(request, MONDAY);
    requests.request(request.account().id(), DataKind.MEASURES, Priority.LIVE, WINDOW);
    assertThat(tables.claimOne(requests).priority()).isEqualTo(Priority.LIVE);
  }

  @Test
  void what_is_due_is_read_with_how_long_its_rows_have_been_missing() {
    rechecks.add(request, List.of(removal(Duration.ZERO, 1)));
    passes(80);

    assertThat(rechecks.due(request))
        .singleElement()
        .satisfies(
            due -> {
              assertThat(due.keys()).containsExactly("meas-4711-1-1");
              assertThat(due.window()).isEqualTo(WINDOW);
              assertThat(due.misses()).isEqualTo(1);
              assertThat(due.missingFor())
                  .isBetween(Duration.ofSeconds(79), Duration.ofSeconds(100));
            });
  }

  @Test
  void a_read_that_is_over_is_forgotten_and_the_next_one_is_requested_when_it_is_due() {
    rechecks.add(request, List.of(removal(Duration.ZERO, 1), removal(null, 0)));
    requests.complete(request, MONDAY);
    tables.jdbc.sql("update sync_request set not_before = now()").update();
    SyncRequest second = tables.claimOne(requests);
    assertThat(second.priority()).isEqualTo(Priority.RECHECK);

    rechecks.due(second).forEach(rechecks::done);
    rechecks.schedule(second);
    requests.complete(second, MONDAY);

    assertThat(secondsUntilRequest()).isBetween(60.0, 75.0);
    passes(80);
    SyncRequest third = tables.claimOne(requests);
    rechecks.due(third).forEach(rechecks::done);
    rechecks.schedule(third);
    requests.complete(third, MONDAY);
    assertThat(tables.jdbc.sql("select count(*) from sync_request").query(Long.class).single())
        .isZero();
  }

  @Test
  void windows_that_brought_nothing_new_are_read_again_as_one() {
    rechecks.add(request, List.of(Recheck.nothingNew(WINDOW, Reason.NOTHING_NEW)));
    rechecks.add(request, List.of(Recheck.nothingNew(LATER, Reason.NOTHING_NEW)));
    assertThat(secondsUntilRequest()).isBetween(170.0, 180.0);
    passes(200);

    assertThat(rechecks.due(request))
        .extracting(Recheck::window)
        .containsExactly(new Window(WINDOW.from(), LATER.to()));
  }

  @Test
  void a_mass_of_removals_is_one_dead_letter() {
    rechecks.deadLetter(request, new Mass(WINDOW, 25));
    rechecks.deadLetter(request, new Mass(LATER, 30));

    assertThat(
            tables
                .jdbc
                .sql(
                    "select reason || ' ' || (window_to - window_from) || ' ' || detail"
                        + " from dead_letter")
                .query(String.class)
                .list())
        .containsExactly(
            "mass-withdrawal 02:00:00 30 resources of one window, more than half, are removed at"
                + " Withings");
  }

  private static Recheck removal(Duration missingFor, int misses) {
    return new Recheck(0, WINDOW, Reason.REMOVAL, Set.of("meas-4711-1-1"), missingFor, misses);
  }

  private double secondsUntilRequest() {
    return tables
        .jdbc
        .sql(
            "select extract(epoch from not_before - now())::double precision from sync_request"
                + " where priority = 'recheck'")
        .query(Double.class)
        .single();
  }

  private void passes(int seconds) {
    tables
        .jdbc
        .sql(
            "update recheck set due_at = due_at - make_interval(secs => :s),"
                + " missing_at = missing_at - make_interval(secs => :s)")
        .param("s", seconds)
        .update();
    tables
        .jdbc
        .sql("update sync_request set not_before = not_before - make_interval(secs => :s)")
        .param("s", seconds)
        .update();
  }
}
