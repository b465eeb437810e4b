package org.vitalroutes.bench;

import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r5.model.Observation;
import org.vitalroutes.Application;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.simulator.DemoData;
import org.vitalroutes.testsupport.World;

/**
 * Withings calls: the share of the budget that histories use, and the wait of a weigh-in meanwhile.
 */
final class CallsBench {

  private static final int BUDGET = 120;

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

  private static long calls(World world) {
    return world.withings().calls().counts().values().stream().mapToLong(Long::longValue).sum();
  }
}
