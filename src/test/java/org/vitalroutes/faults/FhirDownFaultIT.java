package org.vitalroutes.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vitalroutes.faults.Load.Count;
import org.vitalroutes.faults.Rig.Replica;

/** The FHIR server fails while notifications arrive, and recovers. */
@Tag("faults")
class FhirDownFaultIT {

  private static final int USERS = 200;
  private static final Duration DOWN =
      Duration.ofSeconds(Integer.getInteger("vitalroutes.faults.seconds", 90));

  /** The number of back-off steps of 1, 2, 4, 8, 16, 30 s and more within this time. */
  private static final int PROBES = 6 + (int) (DOWN.toSeconds() / 30);

  @Test
  void the_backlog_drains_by_itself_and_nothing_becomes_a_dead_letter() throws Exception {
    try (Rig rig = new Rig(1)) {
      Replica replica = rig.start(0);
      rig.connect(replica, 1, USERS);
      Count count;
      Duration drained;
      long backlog;
      long deadLettersMeanwhile;
      try (Load load = new Load(rig, 1, USERS, 20, number -> replica)) {
        rig.fhir.down(true);
        TimeUnit.SECONDS.sleep(DOWN.toSeconds());
        backlog = rig.waiting();
        deadLettersMeanwhile = rig.deadLetters();
        load.close();
        rig.fhir.down(false);
        long began = System.nanoTime();
        await().atMost(Duration.ofMinutes(10)).until(() -> rig.waiting() == 0);
        drained = Duration.ofNanos(System.nanoTime() - began);
        count = load.count();
      }
      Report.add(
          "FHIR server answers 503 for " + DOWN.toSeconds() + " s",
          backlog
              + " sync requests waited, asked "
              + rig.fhir.askedInVain()
              + " times, drained "
              + drained.toSeconds()
              + " s after it was back, "
              + count
              + ", dead letters meanwhile "
              + deadLettersMeanwhile);

      assertThat(backlog).isGreaterThan(USERS / 2);
      // Ten failures open the breaker and eight calls are in flight; after that one probe per step.
      assertThat(rig.fhir.askedInVain()).isLessThanOrEqualTo(18 + PROBES);
      assertThat(drained).isLessThan(Duration.ofSeconds(90));
      assertThat(count.lost()).isEmpty();
      assertThat(count.duplicated()).isEmpty();
      assertThat(count.wrong()).isEmpty();
      assertThat(deadLettersMeanwhile).isZero();
      assertThat(rig.deadLetters()).isZero();
      assertThat(count.slowestAnswer()).isLessThan(2_000);
    }
  }
}
