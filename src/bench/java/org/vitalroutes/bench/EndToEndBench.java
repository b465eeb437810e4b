package org.vitalroutes.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Patient;
import org.hl7.fhir.r5.model.Reference;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.Application;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.simulator.DemoData;
import org.vitalroutes.simulator.SimulatedUser;
import org.vitalroutes.testsupport.EventReceiver;
import org.vitalroutes.testsupport.World;

/**
 * Observations per second from Withings into a real HAPI FHIR server, compared with a client that
 * only posts the same prepared Observations, with the best transaction size and number of
 * connections; and the same work with events to a webhook and without them.
 */
final class EndToEndBench {

  private static final int USERS = 4;
  private static final FhirContext CONTEXT = FhirContext.forR5Cached();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final World world;
  private final Vitalroutes vitalroutes;
  private final JdbcClient jdbc;
  private int users;

  private EndToEndBench(World world, Vitalroutes vitalroutes) {
    this.world = world;
    this.vitalroutes = vitalroutes;
    this.jdbc = Database.connected(world.database());
  }

  /** Size of a transaction and connections of the client that only posts. */
  private record Shape(int entries, int connections) {}

  static List<Figure> run(int rounds) {
    List<Figure> figures = new ArrayList<>();
    with(FhirVersion.R5, bench -> figures.addAll(bench.measure(rounds)));
    Bench.startFhirServer(FhirVersion.R4);
    with(FhirVersion.R4, bench -> figures.add(bench.ownTime(rounds)));
    return figures;
  }

  private static void with(FhirVersion version, Consumer<EndToEndBench> measures) {
    try (World world = new World(version);
        EventReceiver receiver = new EventReceiver()) {
      world
          .settings()
          .set("HISTORY", "P1D")
          .set("WITHINGS_REQUESTS_PER_MINUTE", "0")
          .set("EVENTS_WEBHOOK_URL", receiver.url())
          .set("EVENTS_WEBHOOK_SECRET", EventReceiver.SECRET);
      try (Vitalroutes vitalroutes = Vitalroutes.start(world, Application.class)) {
        measures.accept(new EndToEndBench(world, vitalroutes));
      }
    }
  }

  private Figure ownTime(int rounds) {
    events(false);
    carry();
    List<Double> cpu = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      carry(new ArrayList<>(), cpu);
    }
    return Figure.alone(
        "end-to-end", "own processor time for 1,000 resources, R4 server", "s", cpu, 0.4, "");
  }

  private List<Figure> measure(int rounds) {
    events(false);
    carry();
    List<Observation> observations = delivered();
    post(observations, new Shape(100, 2));
    Shape best = best(observations);
    List<Double> ours = new ArrayList<>();
    List<Double> ceiling = new ArrayList<>();
    List<Double> cpu = new ArrayList<>();
    List<Double> withEvents = new ArrayList<>();
    List<Double> cpuWithEvents = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      events(false);
      carry(ours, cpu);
      events(true);
      carry(withEvents, cpuWithEvents);
      ceiling.add(post(observations, best));
    }
    return List.of(
        Figure.against(
            "end-to-end",
            "resources from Withings into HAPI",
            "1/s",
            ours,
            "a client that posts the same in transactions of "
                + best.entries()
                + " over "
                + best.connections()
                + " connections",
            ceiling,
            0.95,
            false,
            USERS + " users' half year of every kind, fresh users each round"),
        Figure.alone("end-to-end", "own processor time for 1,000 resources", "s", cpu, 0.3, ""),
        Figure.against(
            "end-to-end",
            "resources into HAPI with events to a webhook",
            "1/s",
            withEvents,
            "without events",
            ours,
            0.95,
            false,
            "taken in turns"),
        Figure.alone(
            "end-to-end",
            "own processor time for 1,000 resources, with events",
            "s",
            cpuWithEvents,
            0.3,
            ""));
  }

  /** Has events written and sent from now on, or none written. */
  private void events(boolean enabled) {
    jdbc.sql("update event_sink set enabled = ?").param(enabled).update();
  }

  /** Delivers once, and adds resources a second and processor seconds for 1,000 resources. */
  private void carry(List<Double> perSecond, List<Double> cpu) {
    double before = vitalroutes.service().cpuSeconds();
    Carried carried = carry();
    perSecond.add(carried.perSecond());
    cpu.add((vitalroutes.service().cpuSeconds() - before) / carried.resources() * 1_000);
  }

  private record Carried(long resources, double perSecond) {}

  /** Delivers half a year of new users, who are connected beforehand. */
  private Carried carry() {
    List<String> subjects = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      long id = 7_000 + users++;
      SimulatedUser user = world.withings().addUser(id, ZoneId.of("Europe/Paris"), "Bench");
      DemoData.year(user, world.withings().clock());
      subjects.add("bench-" + id);
      vitalroutes.connect("bench-" + id, id);
    }
    Database.awaitIdle(jdbc);
    long before = jdbc.sql("select count(*) from delivered").query(Long.class).single();
    Instant begun = jdbc.sql("select now()").query(Timestamp.class).single().toInstant();
    jdbc.sql(
            """
            insert into sync_request (account_id, kind, priority, window_from, window_to)
            select a.id, c.kind, 'connection', now() - interval '6 months', now()
            from connected_account a join cursor c on c.account_id = a.id
            where a.subject = any(:subjects)
            """)
        .param("subjects", subjects.toArray(String[]::new))
        .update();
    Database.awaitIdle(jdbc);
    long resources = jdbc.sql("select count(*) from delivered").query(Long.class).single() - before;
    Instant ended =
        jdbc.sql("select max(delivered_at) from delivered")
            .query(Timestamp.class)
            .single()
            .toInstant();
    return new Carried(
        resources, resources / (java.time.Duration.between(begun, ended).toNanos() / 1e9));
  }

  /** The resources delivered for the first users, read from the FHIR server. */
  private List<Observation> delivered() {
    return IntStream.range(0, USERS)
        .mapToObj(i -> world.fhir().observationsOf("bench-" + (7_000 + i)))
        .flatMap(List::stream)
        .toList();
  }

  private Shape best(List<Observation> observations) {
    // Resources of every kind, in their order.
    int step = Math.max(1, observations.size() / 2_000);
    List<Observation> some =
        IntStream.iterate(0, i -> i < observations.size(), i -> i + step)
            .mapToObj(observations::get)
            .toList();
    Map<Shape, Double> perSecond = new HashMap<>();
    for (Shape shape :
        List.of(
            new Shape(50, 2),
            new Shape(50, 4),
            new Shape(100, 2),
            new Shape(100, 4),
            new Shape(100, 8),
            new Shape(200, 4))) {
      perSecond.put(shape, post(some, shape));
    }
    System.err.println("  the client alone: " + perSecond);
    return Collections.max(perSecond.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  /** Posts copies with new ids for a new Patient; returns Observations per second. */
  private double post(List<Observation> observations, Shape shape) {
    String patient =
        world.fhir().client().create().resource(new Patient()).execute().getId().getIdPart();
    List<byte[]> transactions = new ArrayList<>();
    for (int start = 0; start < observations.size(); start += shape.entries()) {
      Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
      observations
          .subList(start, Math.min(start + shape.entries(), observations.size()))
          .forEach(observation -> add(bundle, observation, patient));
      transactions.add(CONTEXT.newJsonParser().encodeResourceToString(bundle).getBytes(UTF_8));
    }
    ExecutorService connections = Executors.newFixedThreadPool(shape.connections());
    try {
      long begun = System.nanoTime();
      List<Future<?>> posted = new ArrayList<>();
      transactions.forEach(each -> posted.add(connections.submit(() -> post(each))));
      for (Future<?> each : posted) {
        each.get();
      }
      return observations.size() / ((System.nanoTime() - begun) / 1e9);
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      connections.shutdown();
    }
  }

  private static void add(Bundle bundle, Observation observation, String patient) {
    Observation copy = observation.copy();
    String id = "bench-" + UUID.randomUUID();
    copy.setMeta(observation.hasMeta() ? observation.getMeta().copy().setVersionId(null) : null);
    copy.getMeta().setLastUpdated(null).setSource(null);
    copy.setId(id);
    copy.setSubject(new Reference("Patient/" + patient));
    copy.getIdentifierFirstRep().setValue(id);
    bundle
        .addEntry()
        .setFullUrl("Observation/" + id)
        .setResource(copy)
        .getRequest()
        .setMethod(Bundle.HTTPVerb.PUT)
        .setUrl("Observation/" + id);
  }

  private void post(byte[] transaction) {
    try {
      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(URI.create(world.fhir().baseUrl()))
                  .header("Content-Type", "application/fhir+json")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(transaction))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException("HTTP " + answer.statusCode() + " " + answer.body());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
