package org.vitalroutes.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vitalroutes.faults.Rig.Replica;
import org.vitalroutes.testsupport.Inspection;

/** {@code SIGTERM} under load, with clients that keep their connections. */
@Tag("faults")
class ShutdownFaultIT {

  private static final int USERS = 30;
  private static final int CLIENTS = 16;
  private static final Duration GRACE = Duration.ofSeconds(45);

  @Test
  void nothing_fails_and_nothing_stays_leased() throws Exception {
    try (Rig rig = new Rig(1)) {
      rig.set("SHUTDOWN_DELAY", "PT5S");
      Replica replica = rig.start(0);
      rig.connect(replica, 1, USERS);
      rig.fhir.answerMillis(200);
      AtomicInteger answered = new AtomicInteger();
      ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
      AtomicBoolean noticed = new AtomicBoolean();
      ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
      for (int i = 0; i < CLIENTS; i++) {
        long user = 1 + i;
        clients.execute(() -> callUntilNoticed(rig, replica, user, answered, failures, noticed));
      }
      TimeUnit.SECONDS.sleep(5);
      int before = answered.get();

      long began = System.nanoTime();
      replica.process().terminate();
      while (replica.isReady()) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      Duration untilNotReady = Duration.ofNanos(System.nanoTime() - began);
      TimeUnit.SECONDS.sleep(2);
      noticed.set(true);
      int exitCode = replica.process().exitCode();
      Duration taken = Duration.ofNanos(System.nanoTime() - began);
      clients.shutdown();
      assertThat(clients.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      long leased =
          rig.sql()
              .sql("select count(*) from sync_request where leased_by is not null")
              .query(Long.class)
              .single();
      Report.add(
          "SIGTERM under load of " + CLIENTS + " clients that keep their connections",
          (answered.get() - before)
              + " more answered 200, failures "
              + List.copyOf(failures)
              + ", not ready after "
              + untilNotReady.toMillis()
              + " ms, gone after "
              + taken.toMillis()
              + " ms with "
              + exitCode
              + ", leases left "
              + leased);

      assertThat(failures).isEmpty();
      assertThat(leased).isZero();
      assertThat(taken).isLessThan(GRACE);
    }
  }

  /** Like a load balancer that notices after two seconds that the replica is not ready. */
  private static void callUntilNoticed(
      Rig rig,
      Replica replica,
      long user,
      AtomicInteger answered,
      ConcurrentLinkedQueue<String> failures,
      AtomicBoolean noticed) {
    for (long n = 0; !noticed.get(); n++) {
      long at = Instant.now().getEpochSecond() - n;
      rig.withings.addGroup(
          user,
          Inspection.weightGroup(user * 1_000_000 + n, Instant.ofEpochSecond(at), 70_000),
          false);
      try {
        int status = rig.notify(replica, user, at - 1, at);
        if (status == 200) {
          answered.incrementAndGet();
        } else {
          failures.add("HTTP " + status);
        }
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (IOException e) {
        failures.add(e.toString());
        return;
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
