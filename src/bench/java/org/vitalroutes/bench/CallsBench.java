package org.vitalroutes.bench;

import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.hl7.fhir.r5.model.Observation;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.Application;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.simulator.DemoData;
import org.vitalroutes.simulator.SimulatedUser;
import org.vitalroutes.testsupport.FewestCalls;
import org.vitalroutes.testsupport.World;

/**
 * Histories: their share of the budget and their calls, how busy they keep the FHIR server, and how
 * long a weigh-in and the newest data of a new user take meanwhile.
 */
final class CallsBench {

  private static final int BUDGET = 120;
  private static final long WEIGHED = 7_900;

  /** A new user connects with every so many weigh-ins, which are four seconds apart. */
  private static final int WEIGH_INS_PER_NEW_USER = 15;

  private final World world;
  private final Vitalroutes vitalroutes;
  private final JdbcClient jdbc;
  private final Identifiers identifiers;

  /** When the users with a history connected. */
  private final Map<SimulatedUser, Instant> connected = new LinkedHashMap<>();

  private final AtomicLong samples = new AtomicLong();
  private final AtomicLong busy = new AtomicLong();
  private final AtomicLong sending = new AtomicLong();

  private CallsBench(World world, Vitalroutes vitalroutes) {
    this.world = world;
    this.vitalroutes = vitalroutes;
    this.jdbc = Database.connected(world.database());
    this.identifiers = new Identifiers(world.settings().variables().get("FHIR_NAMESPACE"));
  }

  static List<Figure> backfill(int users, int minutes) {
    try (World world = new World()) {
      world.settings().set("WITHINGS_REQUESTS_PER_MINUTE", Integer.toString(BUDGET));
      world.withings().settings().requestsPerMinute(BUDGET);
      try (Vitalroutes vitalroutes = Vitalroutes.start(world, Application.class)) {
        return new CallsBench(world, vitalroutes).measure(users, minutes);
      }
    }
  }

  private List<Figure> measure(int users, int minutes) {
    world.withings().addUser(WEIGHED);
    vitalroutes.connect("bench-" + WEIGHED, WEIGHED);
    // The first weigh-in also creates the Patient.
    weighIn();
    Database.awaitIdle(jdbc);
    long dataBefore = dataCalls();
    for (int i = 1; i <= users; i++) {
      connect(WEIGHED + i);
    }
    // Connecting all users has used a minute's budget.
    Pause.millis(60_000);
    long before = calls();
    long end = System.nanoTime() + minutes * 60_000_000_000L;
    List<Double> seconds = new ArrayList<>();
    List<SimulatedUser> newUsers = new ArrayList<>();
    Thread sampler = new Thread(() -> sample(end), "sampler");
    sampler.start();
    while (System.nanoTime() < end) {
      long next = System.nanoTime() + 4_000_000_000L;
      if (seconds.size() % WEIGH_INS_PER_NEW_USER == 0) {
        newUsers.add(connect(WEIGHED + users + newUsers.size() + 1));
      }
      seconds.add(weighIn());
      Pause.untilNanos(Math.min(next, end));
    }
    double used = calls() - before;
    long refused = world.withings().calls().statuses().getOrDefault("601", 0L);
    Database.awaitIdle(jdbc);
    double made = dataCalls() - dataBefore - seconds.size();
    List<Double> newest = newUsers.stream().map(this::secondsToNewest).toList();
    List<Double> sorted = seconds.stream().sorted().toList();
    return List.of(
        Figure.against(
            "backfill",
            "calls of Withings, " + refused + " × 601",
            "calls",
            List.of(used),
            "the budget of " + minutes + " minutes",
            List.of((double) minutes * BUDGET),
            0.9,
            false,
            users + " users' histories of a year, of every kind"),
        Figure.against(
            "backfill",
            "time in which the FHIR server has a transaction to do",
            "samples",
            List.of((double) busy.get()),
            "all the time",
            List.of((double) samples.get()),
            0.95,
            false,
            String.format(
                Locale.ROOT, "%.2f transactions at once", sending.get() / (double) samples.get())),
        Figure.alone(
            "backfill",
            "consent to the newest 30 days of every kind, without details",
            "s",
            newest,
            10,
            newest.size() + " new users, a minute apart"),
        Figure.against(
            "backfill",
            "data calls of whole histories",
            "calls",
            List.of(made),
            "the least number of calls",
            List.of((double) fewest()),
            1.05,
            true,
            connected.size() + " users"),
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

  /** Connects a user who has a year of data. */
  private SimulatedUser connect(long id) {
    SimulatedUser user = world.withings().addUser(id, ZoneId.of("Europe/Paris"), "Bench");
    DemoData.year(user, world.withings().clock());
    connected.put(user, Instant.now());
    vitalroutes.connect("bench-" + id, id);
    return user;
  }

  /** Counts the transactions under way, which the ledger knows. */
  private void sample(long end) {
    JdbcClient own = Database.connected(world.database());
    while (System.nanoTime() < end) {
      int now =
          own.sql(
                  """
                  select count(distinct (account_id, kind)) from delivered where sent_at is not null
                  """)
              .query(Integer.class)
              .single();
      samples.incrementAndGet();
      busy.addAndGet(now > 0 ? 1 : 0);
      sending.addAndGet(now);
      Pause.millis(50);
    }
  }

  /** Seconds until the summaries of the 30 days before the connection were delivered. */
  private double secondsToNewest(SimulatedUser user) {
    Instant began = connected.get(user);
    Instant last =
        jdbc.sql(
                """
                select max(d.delivered_at)
                from delivered d join connected_account a on a.id = d.account_id
                where a.external_user_id = :user and d.kind <> 'ecg' and d.key not like '%-stages'
                  and d.resource_type = 'Observation'
                  and d.effective_at between cast(:began as timestamptz) - interval '30 days' and :began
                """)
            .param("user", Long.toString(user.userid()))
            .param("began", began.atOffset(ZoneOffset.UTC))
            .query((row, i) -> row.getTimestamp(1).toInstant())
            .single();
    return Duration.between(began, last).toMillis() / 1e3;
  }

  private double weighIn() {
    long begun = System.nanoTime();
    long group = world.withings().weighIn(WEIGHED, new BigDecimal("71.5")).grpid();
    String id = Bench.observationId(world, identifiers, "bench-" + WEIGHED, WEIGHED, group);
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

  private long fewest() {
    return connected.entrySet().stream()
        .flatMap(
            each ->
                FewestCalls.of(each.getKey(), world.withings().settings(), each.getValue())
                    .values()
                    .stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  private long calls() {
    return world.withings().calls().counts().values().stream().mapToLong(Long::longValue).sum();
  }

  /** Calls for data, without those for tokens and subscriptions. */
  private long dataCalls() {
    return world.withings().calls().counts().entrySet().stream()
        .filter(call -> !call.getKey().matches("/(notify|v2/oauth2|v2/signature)\\b.*"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
