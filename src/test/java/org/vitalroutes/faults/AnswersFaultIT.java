package org.vitalroutes.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vitalroutes.faults.Rig.Replica;
import org.vitalroutes.simulator.Fault;
import org.vitalroutes.testsupport.Inspection;

/**
 * Withings answers one of twenty calls with an empty, short, shifted or null list, while the users
 * weigh themselves, correct values and dates, and delete. Afterwards everything is read once more.
 */
@Tag("faults")
class AnswersFaultIT {

  private static final int USERS = Integer.getInteger("vitalroutes.faults.answers.users", 50);
  private static final Duration LASTS =
      Duration.ofSeconds(Integer.getInteger("vitalroutes.faults.answers.seconds", 180));

  private static final int GROUPS_BEFORE = 40;
  private static final long FIRST =
      Instant.now().getEpochSecond() - Duration.ofDays(300).toSeconds();

  private record Group(long user, long id, long at, long grams) {

    String key() {
      return "meas-" + user + "-" + id + "-1";
    }

    String content() {
      return at + " " + grams;
    }
  }

  private final Random random = new Random(19);
  private final Map<String, Group> there = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> withdrawnWrongly = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> done = new TreeMap<>();
  private long next = 1_000_000;

  @Test
  void nothing_is_withdrawn_that_withings_has_and_nothing_stays_that_it_has_not() throws Exception {
    try (Rig rig = new Rig(1)) {
      rig.fhir.onWithdrawal(
          key -> {
            if (there.containsKey(key)) {
              withdrawnWrongly.add(key);
            }
          });
      Replica replica = rig.start(0);
      for (int user = 1; user <= USERS; user++) {
        rig.withings.addUser(user);
        for (int i = 0; i < GROUPS_BEFORE; i++) {
          add(rig, user);
        }
        rig.connect(replica, user);
      }
      await()
          .atMost(Duration.ofMinutes(5))
          .until(() -> rig.fhir.byIdentifier("Observation").size() >= USERS * GROUPS_BEFORE);
      for (Fault.Kind kind :
          List.of(
              Fault.Kind.EMPTY_LIST,
              Fault.Kind.NULL_LIST,
              Fault.Kind.SHORT_LIST,
              Fault.Kind.SHIFTED_LIST)) {
        rig.withings.faults().add(Fault.of(kind).onAction("getmeas"), 0.05);
      }
      rig.withings.calls().clear();

      long end = System.nanoTime() + LASTS.toNanos();
      while (System.nanoTime() < end) {
        change(rig, replica);
        TimeUnit.MILLISECONDS.sleep(100);
      }
      long calls = rig.withings.calls().count("/measure getmeas");
      long spoiled = rig.withings.calls().faulty();
      rig.withings.faults().clear();
      await().atMost(Duration.ofMinutes(15)).until(() -> rig.waiting() == 0);
      long wrongBefore = standingWrongly(rig).size();

      rig.resyncAll(replica, FIRST);
      await().atMost(Duration.ofMinutes(15)).until(() -> rig.waiting() == 0);

      List<String> wrong = standingWrongly(rig);
      Report.add(
          "wrong lists in 5 % of the calls, " + USERS + " users, " + LASTS.toSeconds() + " s",
          calls
              + " calls, "
              + spoiled
              + " with a wrong list; "
              + done
              + "; withdrawn wrongly "
              + withdrawnWrongly.size()
              + ", wrong before the full read "
              + wrongBefore
              + ", after it "
              + wrong.size()
              + ", dead letters "
              + rig.deadLetters());
      assertThat(withdrawnWrongly).isEmpty();
      assertThat(wrong).isEmpty();
      assertThat(rig.deadLetters()).isZero();
    }
  }

  private void change(Rig rig, Replica replica) throws IOException {
    long user = 1 + random.nextInt(USERS);
    List<Group> groups = there.values().stream().filter(group -> group.user() == user).toList();
    int dice = groups.isEmpty() ? 0 : random.nextInt(10);
    if (dice < 4) {
      Group added = add(rig, user);
      tell(rig, replica, "added", user, added.at(), added.at());
      return;
    }
    Group old = groups.get(random.nextInt(groups.size()));
    if (dice < 6) {
      Group edited = new Group(user, old.id(), old.at(), old.grams() + 100);
      edit(rig, edited, JsonNodeFactory.instance.objectNode());
      tell(rig, replica, "value corrected", user, old.at(), old.at());
    } else if (dice < 8) {
      Group moved = new Group(user, old.id(), date(), old.grams());
      edit(rig, moved, JsonNodeFactory.instance.objectNode().put("date", moved.at()));
      // Now and then only the window that the reading has left is named.
      tell(rig, replica, "date corrected", user, old.at(), old.at());
      if (random.nextBoolean()) {
        tell(rig, replica, "", user, moved.at(), moved.at());
      }
    } else {
      there.remove(old.key());
      rig.withings.deleteGroup(user, old.id(), false);
      tell(rig, replica, "deleted", user, old.at(), old.at());
    }
  }

  private Group add(Rig rig, long user) {
    Group added = new Group(user, next++, date(), 60_000 + random.nextInt(30_000));
    there.put(added.key(), added);
    rig.withings.addGroup(
        user,
        Inspection.weightGroup(added.id(), Instant.ofEpochSecond(added.at()), added.grams()),
        false);
    return added;
  }

  private void edit(Rig rig, Group group, ObjectNode changes) {
    there.put(group.key(), group);
    changes.set("measures", Inspection.weightMeasures(group.grams()));
    rig.withings.editGroup(group.user(), group.id(), changes, false);
  }

  private void tell(Rig rig, Replica replica, String what, long user, long from, long to)
      throws IOException {
    if (!what.isEmpty()) {
      done.merge(what, 1, Integer::sum);
    }
    assertThat(rig.notify(replica, user, from - 1, to + 1)).isEqualTo(200);
  }

  private long date() {
    return FIRST + random.nextInt(290 * 86_400);
  }

  /** What the FHIR server has otherwise than Withings. */
  private List<String> standingWrongly(Rig rig) {
    List<String> wrong = new ArrayList<>();
    for (String key : rig.fhir.byIdentifier("Observation").keySet()) {
      List<JsonNode> states = rig.fhir.versions(key);
      JsonNode last = states.get(states.size() - 1);
      Group group = there.get(key);
      boolean valid = !last.path("status").asText().equals("entered-in-error");
      if (valid != (group != null) || valid && !content(last).equals(group.content())) {
        wrong.add(key);
      }
    }
    there.keySet().stream().filter(key -> !rig.fhir.has(key)).forEach(wrong::add);
    return wrong;
  }

  private static String content(JsonNode observation) {
    return Instant.parse(observation.path("effectiveDateTime").asText()).getEpochSecond()
        + " "
        + observation.at("/valueQuantity/value").decimalValue().movePointRight(3).toBigInteger();
  }
}
