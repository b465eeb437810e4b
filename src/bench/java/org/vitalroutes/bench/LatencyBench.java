package org.vitalroutes.bench;

import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r5.model.Observation;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.Application;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.testsupport.World;

/**
 * Time from a weigh-in at Withings until the Observation is readable, and the number of Withings
 * calls for a burst of notifications.
 */
final class LatencyBench {

  private static final int USERS = 20;
  private static final long FIRST_USER = 9_000;

  /** The default subscriptions, listed because the benchmark counts them. */
  private static final String SUBSCRIPTIONS = "1,2,4,16,44,50,54,58";

  private LatencyBench() {}

  static List<Figure> run(int weighIns) {
    try (World world = new World()) {
      world
          .settings()
          .set("HISTORY", "P1D")
          .set("WITHINGS_REQUESTS_PER_MINUTE", "120")
          .set("WITHINGS_SUBSCRIPTIONS", SUBSCRIPTIONS)
          .set("SUBSCRIBE_RETRY_CRON", "0/5 * * * * ?");
      try (Vitalroutes vitalroutes = Vitalroutes.start(world, Application.class)) {
        JdbcClient jdbc = Database.connected(world.database());
        for (int i = 0; i < USERS; i++) {
          world.withings().addUser(FIRST_USER + i);
          vitalroutes.connect("bench-" + i, FIRST_USER + i);
        }
        awaitSubscribed(jdbc);
        Database.awaitIdle(jdbc);
        List<Double> seconds = new ArrayList<>();
        Identifiers identifiers =
            new Identifiers(world.settings().variables().get("FHIR_NAMESPACE"));
        for (int i = 0; i < weighIns; i++) {
          seconds.add(weighIn(world, identifiers, FIRST_USER + i % USERS));
          Pause.millis(300);
        }
        List<Double> sorted = seconds.stream().sorted().toList();
        List<Figure> figures = new ArrayList<>();
        figures.add(
            Figure.alone(
                "latency",
                "weigh-in to readable Observation, p50",
                "s",
                List.of(percentile(sorted, 0.5)),
                1,
                weighIns + " weigh-ins, one at a time"));
        figures.add(
            Figure.alone(
                "latency",
                "weigh-in to readable Observation, p99",
                "s",
                List.of(percentile(sorted, 0.99)),
                5,
                ""));
        figures.add(burst(world, jdbc));
        return figures;
      }
    }
  }

  /** Many connections at once use up the budget, so some users are subscribed later. */
  private static void awaitSubscribed(JdbcClient jdbc) {
    while (jdbc.sql("select count(*) from subscription where state = 'active'")
            .query(Integer.class)
            .single()
        < USERS * SUBSCRIPTIONS.split(",").length) {
      Pause.millis(100);
    }
  }

  private static double weighIn(World world, Identifiers identifiers, long user) {
    IGenericClient client = world.fhir().client();
    long begun = System.nanoTime();
    long group = world.withings().weighIn(user, new BigDecimal("71.5")).grpid();
    String id =
        Bench.observationId(world, identifiers, "bench-" + (user - FIRST_USER), user, group);
    while (System.nanoTime() - begun < 60e9) {
      try {
        client.read().resource(Observation.class).withId(id).execute();
        return (System.nanoTime() - begun) / 1e9;
      } catch (ResourceNotFoundException | ResourceGoneException e) {
        Pause.millis(10);
      }
    }
    throw new IllegalStateException("the weigh-in did not arrive within a minute");
  }

  private static double percentile(List<Double> sorted, double share) {
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }

  /** Ten weigh-ins of each user, one per second. */
  private static Figure burst(World world, JdbcClient jdbc) {
    int notifications = 0;
    world.withings().calls().clear();
    for (int second = 0; second < 10; second++) {
      long next = System.nanoTime() + 1_000_000_000L;
      for (int i = 0; i < USERS; i++) {
        notifications += world.withings().weighIn(FIRST_USER + i).told();
      }
      Pause.untilNanos(next);
    }
    Pause.millis(2_000);
    Database.awaitIdle(jdbc);
    double calls = world.withings().calls().count("/measure getmeas");
    return Figure.alone(
        "calls",
        "calls of Withings for a notification in a burst",
        "calls",
        List.of(calls / notifications),
        0.25,
        "10 notifications in 10 s for each of " + USERS + " users, a budget of 120 a minute");
  }
}
