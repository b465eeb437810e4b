package org.vitalroutes.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vitalroutes.faults.Load.Count;
import org.vitalroutes.faults.Rig.Replica;

/** {@code kill -9} at random moments, under load, again and again. */
@Tag("faults")
class KillFaultIT {

  /** Number of kills: {@code -Dvitalroutes.faults.kills=300}. */
  private static final int KILLS = Integer.getInteger("vitalroutes.faults.kills", 30);

  /** Maximum duration in minutes. */
  private static final Duration MOST =
      Duration.ofMinutes(Integer.getInteger("vitalroutes.faults.minutes", 120));

  private static final int REPLICAS = 3;

  /** Every kill makes some users wait for the end of a lease; the other users continue. */
  private static final int USERS = 150;

  @Test
  void what_was_answered_200_arrives_once_however_often_processes_are_killed() {
    try (Rig rig = new Rig(REPLICAS)) {
      // A faster start, because each kill needs one.
      rig.set(
          "JDK_JAVA_OPTIONS",
          "-XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote");
      Replica first = rig.start(0);
      rig.connect(first, 1, USERS);
      first.process().kill();
      rig.fhir.answerMillis(5);
      AtomicReferenceArray<Replica> up = new AtomicReferenceArray<>(REPLICAS);
      AtomicInteger kills = new AtomicInteger();
      Count count;
      try (Load load = new Load(rig, 1, USERS, 25, number -> up.get(number % REPLICAS))) {
        Thread[] killers = new Thread[REPLICAS];
        for (int i = 0; i < REPLICAS; i++) {
          int number = i;
          killers[i] = new Thread(() -> killAgainAndAgain(rig, number, up, kills, load), "killer");
          killers[i].start();
        }
        for (Thread killer : killers) {
          join(killer);
        }
        Replica last = rig.start(0);
        up.set(0, last);
        await()
            .atMost(Duration.ofMinutes(3))
            .until(() -> load.answeredSoFar() > 0 && load.underWay() < USERS);
        load.close();
        await().atMost(Duration.ofMinutes(3)).until(() -> rig.waiting() == 0);
        count = load.count();
      }
      Report.add(
          "kill -9, " + kills + " times at random",
          count
              + ", sent again unchanged "
              + rig.fhir.sentAgain()
              + ", dead letters "
              + rig.deadLetters());

      assertThat(count.answered()).isGreaterThan(kills.get());
      assertThat(count.lost()).isEmpty();
      assertThat(count.duplicated()).isEmpty();
      assertThat(count.unexpected()).isEmpty();
      assertThat(count.wrong()).isEmpty();
      assertThat(rig.deadLetters()).isZero();
    }
  }

  /** Most replicas are killed at work, some during the start. */
  private static void killAgainAndAgain(
      Rig rig, int number, AtomicReferenceArray<Replica> up, AtomicInteger kills, Load load) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long began = System.nanoTime();
    while (kills.get() < KILLS && System.nanoTime() - began < MOST.toNanos()) {
      Replica replica = rig.launch(number);
      if (random.nextInt(4) == 0) {
        pause(random.nextInt(8_000));
      } else {
        Rig.ready(replica);
        up.set(number, replica);
        pause(random.nextInt(8_000));
      }
      replica.process().kill();
      up.set(number, null);
      int killed = kills.incrementAndGet();
      Report.progress(killed + " kills, " + load.answeredSoFar() + " answered");
    }
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
