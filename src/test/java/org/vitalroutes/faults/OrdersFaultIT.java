package org.vitalroutes.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vitalroutes.faults.Rig.Replica;
import org.vitalroutes.testsupport.Inspection;

/**
 * A hundred users each have the same five hundred events in a different order. Notifications come
 * in yet another order, some repeated, some late, while Vitalroutes fetches.
 */
@Tag("faults")
class OrdersFaultIT {

  private static final int ORDERS = Integer.getInteger("vitalroutes.faults.orders", 100);

  /** Each event is a weight; every second one is corrected later and every fifth one deleted. */
  private static final int GROUPS = 294;

  private static final long FIRST =
      Instant.now().getEpochSecond() - Duration.ofDays(300).toSeconds();

  private enum Sort {
    ADD,
    EDIT,
    DELETE
  }

  private record Event(int group, Sort sort) {}

  @Test
  void five_hundred_events_in_a_hundred_orders_leave_the_same_content() throws Exception {
    List<Event> events = events();
    try (Rig rig = new Rig(1)) {
      Replica replica = rig.start(0);
      rig.connect(replica, 1, ORDERS);
      long began = System.nanoTime();
      int told = 0;
      ExecutorService users = Executors.newFixedThreadPool(10);
      List<Future<Integer>> happening = new ArrayList<>();
      for (int user = 1; user <= ORDERS; user++) {
        int number = user;
        happening.add(users.submit(() -> happen(rig, replica, number, events)));
      }
      for (Future<Integer> each : happening) {
        told += each.get();
      }
      users.shutdown();
      await()
          .atMost(Duration.ofMinutes(10))
          .until(
              () -> {
                rig.inspection().secondReadsAreDue();
                return rig.waiting() == 0;
              });

      Map<String, Integer> found = rig.fhir.byIdentifier("Observation");
      Map<Integer, String> expected = content(rig, 1, found);
      long same = 0;
      long withdrawn = 0;
      for (int user = 1; user <= ORDERS; user++) {
        same += content(rig, user, found).equals(expected) ? 1 : 0;
        withdrawn += withdrawn(rig, user, found);
      }
      Report.add(
          events.size() + " events in " + ORDERS + " orders, told of " + told + " times",
          same
              + " of "
              + ORDERS
              + " with the same content of "
              + expected.size()
              + " Observations, "
              + withdrawn
              + " entered in error in all, dead letters "
              + rig.deadLetters()
              + ", "
              + Duration.ofNanos(System.nanoTime() - began).toSeconds()
              + " s");
      assertThat(events).hasSize(500);
      assertThat(same).isEqualTo(ORDERS);
      assertThat(expected).isEqualTo(finalContent(events));
      assertThat(found.values()).allMatch(times -> times == 1);
      assertThat(rig.deadLetters()).isZero();
    }
  }

  private static List<Event> events() {
    List<Event> events = new ArrayList<>();
    for (int group = 0; group < GROUPS; group++) {
      events.add(new Event(group, Sort.ADD));
      if (group % 2 == 0) {
        events.add(new Event(group, Sort.EDIT));
      }
      if (group % 5 == 0) {
        events.add(new Event(group, Sort.DELETE));
      }
    }
    return events;
  }

  /** The expected final state: the value of each group that was not deleted. */
  private static Map<Integer, String> finalContent(List<Event> events) {
    Map<Integer, String> content = new TreeMap<>();
    for (Event event : events) {
      if (event.sort() == Sort.DELETE) {
        content.remove(event.group());
      } else {
        content.put(event.group(), at(event.group()) + " " + grams(event));
      }
    }
    return content;
  }

  /** Applies the events to a user; returns the number of notifications. */
  private static int happen(Rig rig, Replica replica, int user, List<Event> events) {
    Random random = new Random(user);
    List<Event> late = new ArrayList<>();
    int told = 0;
    for (Event event : order(events, random)) {
      apply(rig, user, event);
      if (random.nextInt(4) == 0) {
        late.add(event);
        continue;
      }
      for (int times = random.nextInt(5) / 2; times >= 0; times--, told++) {
        tell(rig, replica, user, event);
      }
    }
    Collections.shuffle(late, random);
    for (Event event : late) {
      tell(rig, replica, user, event);
      told++;
    }
    return told;
  }

  /** A random order in which a group is added before it is corrected and deleted last. */
  private static List<Event> order(List<Event> events, Random random) {
    List<Event> shuffled = new ArrayList<>(events);
    Collections.shuffle(shuffled, random);
    Map<Integer, List<Sort>> ofGroup = new TreeMap<>();
    events.forEach(
        event ->
            ofGroup.computeIfAbsent(event.group(), group -> new ArrayList<>()).add(event.sort()));
    return shuffled.stream()
        .map(event -> new Event(event.group(), ofGroup.get(event.group()).remove(0)))
        .toList();
  }

  private static void apply(Rig rig, int user, Event event) {
    long id = id(user, event.group());
    switch (event.sort()) {
      case ADD ->
          rig.withings.addGroup(
              user,
              Inspection.weightGroup(id, Instant.ofEpochSecond(at(event.group())), grams(event)),
              false);
      case EDIT ->
          rig.withings.editGroup(
              user,
              id,
              JsonNodeFactory.instance
                  .objectNode()
                  .set("measures", Inspection.weightMeasures(grams(event))),
              false);
      case DELETE -> rig.withings.deleteGroup(user, id, false);
    }
  }

  private static void tell(Rig rig, Replica replica, int user, Event event) {
    try {
      assertThat(rig.notify(replica, user, at(event.group()) - 1, at(event.group())))
          .isEqualTo(200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long id(int user, int group) {
    return user * 1_000_000L + group;
  }

  private static long at(int group) {
    return FIRST + group * 86_400L;
  }

  private static long grams(Event event) {
    return 60_000 + event.group() + (event.sort() == Sort.EDIT ? 5_000 : 0);
  }

  /** Time and value of the Observations that are not withdrawn, by group. */
  private static Map<Integer, String> content(Rig rig, int user, Map<String, Integer> found) {
    Map<Integer, String> content = new TreeMap<>();
    for (int group = 0; group < GROUPS; group++) {
      JsonNode last = last(rig, user, group, found);
      if (!last.isMissingNode() && !last.path("status").asText().equals("entered-in-error")) {
        content.put(
            group,
            Instant.parse(last.path("effectiveDateTime").asText()).getEpochSecond()
                + " "
                + last.at("/valueQuantity/value").decimalValue().movePointRight(3).toBigInteger());
      }
    }
    return content;
  }

  private static long withdrawn(Rig rig, int user, Map<String, Integer> found) {
    long withdrawn = 0;
    for (int group = 0; group < GROUPS; group++) {
      JsonNode last = last(rig, user, group, found);
      withdrawn += last.path("status").asText().equals("entered-in-error") ? 1 : 0;
    }
    return withdrawn;
  }

  private static JsonNode last(Rig rig, int user, int group, Map<String, Integer> found) {
    String key = "meas-" + user + "-" + id(user, group) + "-1";
    if (!found.containsKey(key)) {
      return JsonNodeFactory.instance.missingNode();
    }
    List<JsonNode> states = rig.fhir.versions(key);
    return states.get(states.size() - 1);
  }
}
