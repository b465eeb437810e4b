package org.vitalroutes.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vitalroutes.faults.Rig.Replica;

/** Three replicas share one budget for two thousand waiting requests of one call each. */
@Tag("faults")
class BudgetFaultIT {

  private static final int BUDGET = 600;
  private static final int USERS = 100;
  private static final int REPLICAS = 3;

  @Test
  void no_sixty_seconds_see_more_calls_than_the_budget_and_nearly_all_of_it_is_used()
      throws Exception {
    try (Rig rig = new Rig(REPLICAS)) {
      rig.set("WITHINGS_SCOPES", "user.metrics,user.activity");
      Replica first = rig.start(0);
      rig.connect(first, 1, USERS);
      first.process().kill();
      await().atMost(Duration.ofMinutes(1)).until(() -> !first.process().isRunning());
      int waiting = backlog(rig);
      rig.set("WITHINGS_REQUESTS_PER_MINUTE", Integer.toString(BUDGET));
      rig.withings.settings().requestsPerMinute(BUDGET);
      rig.withings.calls().clear();
      Replica[] replicas = new Replica[REPLICAS];
      for (int i = 0; i < REPLICAS; i++) {
        replicas[i] = rig.launch(i);
      }
      for (Replica each : replicas) {
        Rig.ready(each);
      }
      await().atMost(Duration.ofMinutes(1)).until(() -> calls(rig) > 0);
      long before = calls(rig);
      TimeUnit.SECONDS.sleep(120);
      double share = (calls(rig) - before) / (2.0 * BUDGET);
      await().atMost(Duration.ofMinutes(6)).until(() -> rig.waiting() == 0);

      Map<String, Long> statuses = rig.withings.calls().statuses();
      Report.add(
          waiting + " waiting requests, three replicas, a budget of " + BUDGET + " a minute",
          "most calls in any 60 s "
              + rig.withings.calls().maximumPerMinute()
              + ", used "
              + Math.round(share * 1000) / 10.0
              + " % of two minutes' budget, answers by status "
              + statuses
              + ", dead letters "
              + rig.deadLetters());
      assertThat(waiting).isEqualTo(2_000);
      assertThat(rig.withings.calls().maximumPerMinute()).isLessThanOrEqualTo(BUDGET);
      assertThat(statuses).doesNotContainKey("601");
      assertThat(share).isBetween(0.95, 1.0);
      assertThat(rig.deadLetters()).isZero();
    }
  }

  private static long calls(Rig rig) {
    return rig.withings.calls().counts().values().stream().mapToLong(Long::longValue).sum();
  }

  /** One request for a day for every account, kind and priority. */
  private static int backlog(Rig rig) {
    return rig.sql()
        .sql(
            """
            insert into sync_request (account_id, kind, priority, window_from, window_to)
            select a.id, c.kind, priority, now() - interval '1 day', now()
            from connected_account a join cursor c on c.account_id = a.id, unnest(enum_range('live'::priority, 'backfill')) priority
            """)
        .update();
  }
}
