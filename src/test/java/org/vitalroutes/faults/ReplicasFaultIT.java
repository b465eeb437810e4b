package org.vitalroutes.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vitalroutes.faults.Load.Count;
import org.vitalroutes.faults.Rig.Replica;
import org.vitalroutes.simulator.DemoData;
import org.vitalroutes.testsupport.FaultProxy.Way;
import org.vitalroutes.testsupport.Inspection;

/** Several replicas on one database: one dies, or freezes for a while and comes back. */
@Tag("faults")
class ReplicasFaultIT {

  private static final int REPLICAS = 3;
  private static final int USERS = 100;
  private static final Duration RUN =
      Duration.ofSeconds(Integer.getInteger("vitalroutes.faults.seconds", 300));
  private static final Duration TAKEN_OVER = Duration.ofSeconds(60);
  private static final String WEIGHT = "meas-1-77-1";

  @Test
  void three_replicas_of_which_one_is_killed_every_20_seconds_lose_nothing() throws Exception {
    try (Rig rig = new Rig(REPLICAS)) {
      AtomicReferenceArray<Replica> up = new AtomicReferenceArray<>(REPLICAS);
      Replica[] running = new Replica[REPLICAS];
      for (int i = 0; i < REPLICAS; i++) {
        running[i] = rig.start(i);
        up.set(i, running[i]);
      }
      rig.connect(up.get(0), 1, USERS);
      int kills = 0;
      Count count;
      Duration longest;
      try (Load load = new Load(rig, 1, USERS, 15, number -> up.get(number % REPLICAS))) {
        long end = System.nanoTime() + RUN.toNanos();
        while (System.nanoTime() < end) {
          TimeUnit.SECONDS.sleep(20);
          int number = kills++ % REPLICAS;
          up.set(number, null);
          // It may still be starting.
          running[number].process().kill();
          Replica next = rig.launch(number);
          running[number] = next;
          Thread waiting = new Thread(() -> up.set(number, Rig.ready(next)));
          waiting.setDaemon(true);
          waiting.start();
          Report.progress(kills + " kills of one of three, " + load.answeredSoFar() + " answered");
        }
        load.close();
        await().atMost(Duration.ofMinutes(3)).until(() -> rig.waiting() == 0);
        count = load.count();
        longest = load.longestDelay();
      }
      Report.add(
          "one of three replicas killed every 20 s, " + kills + " times",
          count
              + ", longest from 200 to FHIR "
              + longest.toMillis()
              + " ms, sent again unchanged "
              + rig.fhir.sentAgain()
              + ", dead letters "
              + rig.deadLetters());

      assertThat(count.lost()).isEmpty();
      assertThat(count.duplicated()).isEmpty();
      assertThat(count.unexpected()).isEmpty();
      assertThat(count.wrong()).isEmpty();
      assertThat(rig.deadLetters()).isZero();
      assertThat(longest).isLessThanOrEqualTo(TAKEN_OVER);
    }
  }

  @Test
  void three_replicas_together_send_four_transactions_at_once_and_live_work_does_not_wait() {
    int live = 20;
    int histories = 50;
    try (Rig rig = new Rig(REPLICAS)) {
      rig.set("FHIR_CONCURRENCY", "4")
          .set("HISTORY", "P3M")
          .set("WITHINGS_SCOPES", "user.metrics,user.activity");
      Replica[] replicas = {rig.start(0), rig.start(1), rig.start(2)};
      rig.connect(replicas[0], 1, live);
      rig.fhir.answerMillis(100);
      for (long user = live + 1; user <= live + histories; user++) {
        DemoData.year(rig.withings.addUser(user), rig.withings.clock(), user);
      }
      long began = System.nanoTime();
      Count count;
      String delays;
      try (Load load = new Load(rig, 1, live, 4, number -> replicas[number % REPLICAS])) {
        for (long user = live + 1; user <= live + histories; user++) {
          rig.connect(replicas[(int) user % REPLICAS], user);
        }
        await()
            .atMost(Duration.ofMinutes(8))
            .until(
                () ->
                    rig.sql()
                            .sql("select count(*) from sync_request where priority > 'live'")
                            .query(Long.class)
                            .single()
                        == 0);
        load.close();
        await().atMost(Duration.ofMinutes(1)).until(load::isAllDelivered);
        delays = "p50 " + load.delay(0.5).toMillis() + " ms, p99 " + load.delay(0.99).toMillis();
        count = load.count();
      }
      Report.add(
          "FHIR_CONCURRENCY=4, three replicas, histories of " + histories + " users",
          "most transactions at once "
              + rig.fhir.mostAtOnce()
              + ", Observations "
              + rig.fhir.byIdentifier("Observation").size()
              + " in "
              + Duration.ofNanos(System.nanoTime() - began).toSeconds()
              + " s, live from 200 to FHIR "
              + delays
              + " ms of "
              + count.answered());
      assertThat(rig.fhir.mostAtOnce()).isEqualTo(4);
      assertThat(count.lost()).isEmpty();
    }
  }

  @Test
  void a_replica_that_was_frozen_with_an_old_answer_in_hand_sends_nothing() throws Exception {
    try (Rig rig = new Rig(2)) {
      Replica frozen = weighed(rig);
      rig.toWithings.hold(Way.TO_CLIENT);
      long before = rig.withings.calls().count("/measure getmeas");
      edit(rig, 71_000, frozen);
      await()
          .atMost(TAKEN_OVER)
          .until(() -> rig.withings.calls().count("/measure getmeas") > before);

      frozen.process().freeze();
      rig.toWithings.heal();
      Duration takenOver = editAndSeeTheOther(rig, 72_000);
      thawAfterAMinute(frozen);

      await().pollDelay(Duration.ofSeconds(10)).atMost(TAKEN_OVER).until(() -> rig.waiting() == 0);
      Report.add(
          "frozen for a minute with an old answer in hand",
          "taken over after " + takenOver.toSeconds() + " s, states " + weights(rig));
      assertThat(weights(rig)).containsExactly("70.000", "72.000");
      assertThat(takenOver).isLessThanOrEqualTo(TAKEN_OVER);
    }
  }

  @Test
  void what_a_frozen_replica_sends_too_late_is_put_right() throws Exception {
    try (Rig rig = new Rig(2)) {
      Replica frozen = weighed(rig);
      rig.toFhir.hold(Way.TO_SERVER);
      edit(rig, 71_000, frozen);
      await().atMost(TAKEN_OVER).until(() -> rig.toFhir.isHolding());
      // The body follows the head of the request.
      TimeUnit.SECONDS.sleep(1);
      frozen.process().freeze();
      rig.set("FHIR_SERVER_URL", "http://localhost:" + rig.fhir.port() + "/fhir");
      Duration takenOver = editAndSeeTheOther(rig, 72_000);
      rig.toFhir.heal();
      await().atMost(TAKEN_OVER).until(() -> weights(rig).size() == 3);
      thawAfterAMinute(frozen);

      await()
          .atMost(TAKEN_OVER)
          .untilAsserted(
              () ->
                  assertThat(weights(rig)).containsExactly("70.000", "72.000", "71.000", "72.000"));
      Report.add(
          "frozen for a minute with an old transaction on its way",
          "taken over after " + takenOver.toSeconds() + " s, states " + weights(rig));
    }
  }

  /** A replica and a user whose weight has been delivered. */
  private static Replica weighed(Rig rig) throws IOException {
    Replica replica = rig.start(0);
    rig.connect(replica, 1, 1);
    rig.withings.addGroup(
        1, Inspection.weightGroup(77, Instant.now().minusSeconds(600), 70_000), false);
    tell(rig, replica);
    await().atMost(TAKEN_OVER).until(() -> rig.fhir.has(WEIGHT) && rig.waiting() == 0);
    return replica;
  }

  private static void edit(Rig rig, long grams, Replica told) throws IOException {
    rig.withings.editGroup(
        1,
        77,
        JsonNodeFactory.instance.objectNode().set("measures", Inspection.weightMeasures(grams)),
        false);
    tell(rig, told);
  }

  private static void tell(Rig rig, Replica replica) throws IOException {
    long now = Instant.now().getEpochSecond();
    assertThat(rig.notify(replica, 1, now - 1_200, now)).isEqualTo(200);
  }

  private static Duration editAndSeeTheOther(Rig rig, long grams) throws IOException {
    long began = System.nanoTime();
    Replica other = rig.start(1);
    edit(rig, grams, other);
    String weight = java.math.BigDecimal.valueOf(grams, 3).toPlainString();
    await().atMost(TAKEN_OVER.multipliedBy(2)).until(() -> weights(rig).contains(weight));
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static void thawAfterAMinute(Replica frozen) throws InterruptedException {
    TimeUnit.SECONDS.sleep(30);
    frozen.process().thaw();
  }

  private static java.util.List<String> weights(Rig rig) {
    return rig.fhir.versions(WEIGHT).stream()
        .map(state -> state.at("/valueQuantity/value").asText())
        .toList();
  }
}
