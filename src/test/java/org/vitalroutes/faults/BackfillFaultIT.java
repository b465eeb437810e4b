package org.vitalroutes.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vitalroutes.faults.Rig.Replica;
import org.vitalroutes.simulator.CallLog;
import org.vitalroutes.simulator.DemoData;

/** {@code kill -9} in the middle of a history, which continues where it stopped. */
@Tag("faults")
class BackfillFaultIT {

  /** Kills after these numbers of data calls, of about ninety. */
  private static final List<Integer> KILLED_AFTER = List.of(5, 20, 40, 60);

  private static final long UNDISTURBED = 1;
  private static final long DISTURBED = 2;
  private static final long SEED = 42;

  @Test
  void a_history_goes_on_where_it_was_and_fetches_a_page_again_at_most() {
    try (Rig rig = new Rig(1)) {
      rig.set("WITHINGS_SCOPES", "user.metrics,user.activity");
      rig.withings.settings().measurePageSize(20).activityPageSize(50).summaryPageSize(50);
      rig.fhir.answerMillis(100);
      for (long user : List.of(UNDISTURBED, DISTURBED)) {
        DemoData.year(rig.withings.addUser(user), rig.withings.clock(), SEED);
      }
      Replica replica = rig.start(0);
      rig.connect(replica, UNDISTURBED);
      await().atMost(Duration.ofMinutes(3)).until(() -> rig.waiting() == 0);
      int observations = rig.fhir.byIdentifier("Observation").size();

      rig.connect(replica, DISTURBED);
      for (int calls : KILLED_AFTER) {
        await()
            .pollInterval(Duration.ofMillis(5))
            .atMost(Duration.ofMinutes(2))
            .until(() -> calls(rig, DISTURBED).size() >= calls);
        assertThat(rig.waiting()).isPositive();
        replica.process().kill();
        replica = rig.start(0);
      }
      await().atMost(Duration.ofMinutes(4)).until(() -> rig.waiting() == 0);

      Map<String, Integer> undisturbed = repeated(calls(rig, UNDISTURBED));
      Map<String, Integer> disturbed = repeated(calls(rig, DISTURBED));
      Report.add(
          "kill -9 in a history, " + KILLED_AFTER.size() + " times",
          calls(rig, DISTURBED).size()
              + " calls against "
              + calls(rig, UNDISTURBED).size()
              + ", made again "
              + disturbed
              + " against "
              + undisturbed
              + ", resources sent again unchanged "
              + rig.fhir.sentAgain());
      assertThat(disturbed)
          .allSatisfy(
              (action, times) ->
                  assertThat(times)
                      .as(action)
                      .isLessThanOrEqualTo(undisturbed.get(action) + KILLED_AFTER.size()));
      assertThat(rig.fhir.byIdentifier("Observation"))
          .hasSize(2 * observations)
          .allSatisfy((key, times) -> assertThat(times).isEqualTo(1));
      assertThat(rig.deadLetters()).isZero();
    }
  }

  /** The number of repeated calls of an action. */
  private static Map<String, Integer> repeated(List<CallLog.Entry> calls) {
    return calls.stream()
        .collect(
            Collectors.groupingBy(
                call -> call.path() + " " + call.action(),
                TreeMap::new,
                Collectors.collectingAndThen(
                    Collectors.toList(),
                    same ->
                        same.size()
                            - (int)
                                same.stream().map(CallLog.Entry::parameters).distinct().count())));
  }

  private static List<CallLog.Entry> calls(Rig rig, long user) {
    return rig.withings.calls().last(1000).stream()
        .filter(call -> call.userid().filter(id -> id == user).isPresent())
        .filter(call -> !List.of("/notify", "/v2/oauth2").contains(call.path()))
        .toList();
  }
}
