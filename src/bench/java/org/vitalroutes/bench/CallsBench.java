package org.vitalroutes.bench;

import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.hl7.fhir.r5.model.Observation;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.Application;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.simulator.DemoData;
import org.vitalroutes.testsupport.World;

/**
 * Withings calls: the share of the budget that histories use, the wait of a weigh-in meanwhile, and
 * the cost of an ordinary day.
 */
final class CallsBench {

  private static final int BUDGET = 120;

  /** Acceleration of the day. */
  private static final int FASTER = 600;

  private static final int DAY_SECONDS = 24 * 60 * 60 / FASTER;
  private static final int DAY_USERS = 20;
  private static final int ACTIVITY = 16;
  private static final int SLEEP = 44;

  private CallsBench() {}

  // ── Histories ─────────────────────────────────────────────────────────────────────────────────

  static List<Figure> backfill(int users, int minutes) {
    try (World world = new World()) {
      world.settings().set("WITHINGS_REQUESTS_PER_MINUTE", Integer.toString(BUDGET));
      world.withings().settings().requestsPerMinute(BUDGET);
      try (Vitalroutes vitalroutes = Vitalroutes.start(world, Application.class)) {
        long told = 7_900;
        world.withings().addUser(told);
        vitalroutes.connect("bench-" + told, told);
        for (int i = 1; i <= users; i++) {
          DemoData.year(
              world.withings().addUser(told + i, ZoneId.of("Europe/Paris"), "Bench"),
              world.withings().clock());
          vitalroutes.connect("bench-" + (told + i), told + i);
        }
        Identifiers identifiers =
            new Identifiers(world.settings().variables().get("FHIR_NAMESPACE"));
        // The first weigh-in also creates the Patient.
        weighIn(world, identifiers, told);
        // Connecting all users has used a minute's budget.
        Pause.millis(60_000);
        long before = calls(world);
        long end = System.nanoTime() + minutes * 60_000_000_000L;
        List<Double> seconds = new ArrayList<>();
        while (System.nanoTime() < end) {
          long next = System.nanoTime() + 4_000_000_000L;
          seconds.add(weighIn(world, identifiers, told));
          Pause.untilNanos(Math.min(next, end));
        }
        double share = (calls(world) - before) / (double) (minutes * BUDGET);
        long refused = world.withings().calls().statuses().getOrDefault("601", 0L);
        List<Double> sorted = seconds.stream().sorted().toList();
        String note = users + " users' histories of a year, of every kind";
        return List.of(
            Figure.against(
                "backfill",
                "calls of Withings, " + refused + " × 601",
                "calls",
                List.of(share * minutes * BUDGET),
                "the budget of " + minutes + " minutes",
                List.of((double) minutes * BUDGET),
                0.95,
                false,
                note),
            Figure.alone(
                "backfill",
                "weigh-in to readable Observation meanwhile, p50",
                "s",
                List.of(sorted.get(sorted.size() / 2)),
                1,
                sorted.size() + " weigh-ins"),
            Figure.alone(
                "backfill",
                "weigh-in to readable Observation meanwhile, the longest",
                "s",
                List.of(sorted.get(sorted.size() - 1)),
                5,
                ""));
      }
    }
  }

  private static double weighIn(World world, Identifiers identifiers, long user) {
    long begun = System.nanoTime();
    long group = world.withings().weighIn(user, new BigDecimal("71.5")).grpid();
    String id = Bench.observationId(world, identifiers, "bench-" + user, user, group);
    while (System.nanoTime() - begun < 120e9) {
      try {
        world.fhir().client().read().resource(Observation.class).withId(id).execute();
        return (System.nanoTime() - begun) / 1e9;
      } catch (ResourceNotFoundException | ResourceGoneException e) {
        Pause.millis(10);
      }
    }
    throw new IllegalStateException("the weigh-in did not arrive");
  }

  // ── A day ─────────────────────────────────────────────────────────────────────────────────────

  /**
   * A day of users, {@value #FASTER} times faster: all durations in the settings are divided by it.
   */
  static List<Figure> day() {
    try (World world = new World()) {
      world
          .settings()
          .set("WITHINGS_REQUESTS_PER_MINUTE", "0")
          .set("CATCH_UP_EVERY", "PT" + DAY_SECONDS / 4 + "S")
          .set("CATCH_UP_CRON", "* * * * * ?")
          .set("SUBSCRIPTION_CHECK_EVERY", "PT" + DAY_SECONDS + "S")
          .set("SUBSCRIPTION_CHECK_CRON", "* * * * * ?")
          .set("HISTORY", "P1D");
      try (Vitalroutes vitalroutes = Vitalroutes.start(world, Application.class)) {
        JdbcClient jdbc = Database.connected(world.database());
        for (long user = 0; user < DAY_USERS; user++) {
          world.withings().addUser(8_000 + user);
          vitalroutes.connect("bench-" + user, 8_000 + user);
        }
        Database.awaitIdle(jdbc);
        world.withings().calls().clear();
        List<Runnable> events = new ArrayList<>();
        for (long user = 8_000; user < 8_000 + DAY_USERS; user++) {
          long who = user;
          events.add(() -> world.withings().weighIn(who));
          for (int i = 0; i < 2; i++) {
            events.add(() -> world.withings().bloodPressure(who, 121, 79, 62));
          }
          for (int i = 0; i < 6; i++) {
            events.add(() -> world.withings().tell(who, ACTIVITY));
          }
          events.add(() -> world.withings().tell(who, SLEEP));
        }
        Collections.shuffle(events, new Random(1));
        long begun = System.nanoTime();
        for (int i = 0; i < events.size(); i++) {
          Pause.untilNanos(begun + i * DAY_SECONDS * 1_000_000_000L / events.size());
          events.get(i).run();
        }
        Pause.untilNanos(begun + DAY_SECONDS * 1_000_000_000L);
        return List.of(
            Figure.alone(
                "calls",
                "calls of Withings for a user and day",
                "calls",
                List.of(calls(world) / (double) DAY_USERS),
                172_800 / 4_000.0,
                "a weigh-in, two blood pressures, six times activity, a night; all settings as"
                    + " they come; "
                    + FASTER
                    + " times faster; the goal is that a budget of 120 a minute is enough for"
                    + " 4,000 users"));
      }
    }
  }

  private static long calls(World world) {
    return world.withings().calls().counts().values().stream().mapToLong(Long::longValue).sum();
  }
}
