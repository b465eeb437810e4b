package org.vitalroutes.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vitalroutes.faults.Rig.Replica;
import org.vitalroutes.testsupport.EventReceiver;

/** {@code kill -9} of the sender of events under load, while the receiver is down for a time. */
@Tag("faults")
class EventsFaultIT {

  private static final int KILLS = Integer.getInteger("vitalroutes.faults.event-kills", 20);

  /** How long the receiver is down, from the first kill on. */
  private static final Duration DOWN =
      Duration.ofSeconds(Integer.getInteger("vitalroutes.faults.receiver-down-seconds", 600));

  private static final int USERS = 40;

  @Test
  void no_event_is_lost_or_invented_and_each_account_keeps_its_order() {
    try (Rig rig = new Rig(1);
        EventReceiver receiver = new EventReceiver()) {
      rig.set("EVENTS_WEBHOOK_URL", receiver.url())
          .set("EVENTS_WEBHOOK_SECRET", EventReceiver.SECRET)
          .set("JDK_JAVA_OPTIONS", "-XX:+UseSerialGC");
      AtomicReference<Replica> up = new AtomicReference<>(rig.start(0));
      rig.connect(up.get(), 1, USERS);
      receiver.answer(503);
      long downUntil = System.nanoTime() + DOWN.toNanos();
      try (Load load = new Load(rig, 1, USERS, 20, number -> up.get())) {
        for (int kill = 0; kill < KILLS; kill++) {
          pause(2_000 + ThreadLocalRandom.current().nextInt(8_000));
          if (System.nanoTime() > downUntil) {
            receiver.answer(204);
          }
          Replica killed = up.getAndSet(null);
          killed.process().kill();
          up.set(rig.start(0));
        }
        while (System.nanoTime() < downUntil) {
          pause(1_000);
        }
        receiver.answer(204);
        pause(20_000);
        load.close();
        await().atMost(Duration.ofMinutes(3)).until(() -> rig.waiting() == 0);
      }
      await()
          .atMost(Duration.ofMinutes(20))
          .until(() -> count(rig, "event where sent_at is null") == 0);

      Set<String> received = new LinkedHashSet<>();
      Map<String, List<String>> byAccount = new HashMap<>();
      Set<String> resources = new TreeSet<>();
      for (EventReceiver.Received event : receiver.taken()) {
        if (received.add(event.messageId())) {
          byAccount.computeIfAbsent(event.account(), a -> new ArrayList<>()).add(event.messageId());
          event
              .body()
              .at("/data/resources")
              .forEach(each -> resources.add(each.path("reference").asText()));
        }
      }
      Report.add(
          "kill -9 of the sender of events, " + KILLS + " times, receiver down for " + DOWN,
          received.size()
              + " events, "
              + (receiver.taken().size() - received.size())
              + " came twice, "
              + resources.size()
              + " Observations");

      assertThat(receiver.forged()).isZero();
      assertThat(received)
          .as("as many as the outbox has")
          .containsExactlyInAnyOrderElementsOf(
              rig.sql().sql("select message_id from event").query(String.class).list());
      assertThat(resources)
          .as("the Observations that the FHIR server has")
          .containsExactlyInAnyOrderElementsOf(rig.fhir.urls("Observation"));
      byAccount.forEach(
          (account, messages) ->
              assertThat(messages)
                  .as("account " + account)
                  .containsExactlyElementsOf(
                      rig.sql()
                          .sql(
                              "select message_id from event where account_id = ?::uuid order by id")
                          .param(account)
                          .query(String.class)
                          .list()));
    }
  }

  private static long count(Rig rig, String from) {
    return rig.sql().sql("select count(*) from " + from).query(Long.class).single();
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
