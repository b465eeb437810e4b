package org.vitalroutes.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vitalroutes.faults.HostedKafka.Broker;
import org.vitalroutes.faults.HostedPostgres.Server;
import org.vitalroutes.faults.Hosts.Host;
import org.vitalroutes.faults.Load.Count;
import org.vitalroutes.faults.Rig.Replica;
import org.vitalroutes.testsupport.Inspection;

/** Replicas, PostgreSQL with a standby, and Kafka, each on a host of its own. Needs root. */
@Tag("faults")
class HostsFaultIT {

  private static final int USERS = 50;
  private static final Duration A_MINUTE = Duration.ofMinutes(1);
  private static final Duration WITHINGS_WAITS = Duration.ofSeconds(2);
  private static final Duration RUN =
      Duration.ofSeconds(Integer.getInteger("vitalroutes.faults.seconds", 1_800));

  @TempDir Path folder;

  private Hosts hosts;

  @BeforeEach
  void makeHosts() {
    assumeTrue(Hosts.areAllowed(), "network namespaces need root");
    hosts = new Hosts();
  }

  @AfterEach
  void removeHosts() {
    if (hosts != null) {
      hosts.close();
    }
  }

  // ── PostgreSQL fails over ─────────────────────────────────────────────────────────────────────

  @Test
  void a_primary_that_is_killed_loses_nothing_that_was_answered() throws Exception {
    failOver("killed", postgres -> postgres.primary.stop());
  }

  /** Nobody is told: connections hang until their timeouts. */
  @Test
  void a_primary_whose_link_is_cut_loses_nothing_that_was_answered() throws Exception {
    failOver("cut off", postgres -> postgres.primary.host.cut());
  }

  private interface Loss {
    void of(HostedPostgres postgres);
  }

  private void failOver(String how, Loss loss) throws Exception {
    try (HostedPostgres postgres = new HostedPostgres(hosts, folder);
        Rig rig = new Rig(replicaHosts(2), postgres.url())) {
      Replica[] replicas = {rig.start(0), rig.start(1)};
      rig.connect(replicas[0], 1, USERS);
      Count count;
      Duration stall;
      Duration delivery;
      try (Load load = new Load(rig, 1, USERS, 20, number -> replicas[number % 2]);
          Stalls stalls = new Stalls(rig, number -> replicas[number % 2])) {
        TimeUnit.SECONDS.sleep(20);
        loss.of(postgres);
        TimeUnit.SECONDS.sleep(5);
        postgres.standby.promote();
        postgres.standby.sql().sql("alter system set synchronous_standby_names = ''").update();
        postgres.standby.sql().sql("select pg_reload_conf()").query(Boolean.class).single();
        int before = load.answeredSoFar();
        await().atMost(Duration.ofMinutes(2)).until(() -> load.answeredSoFar() > before + 100);
        load.close();
        stall = stalls.longest();
        await().atMost(Duration.ofMinutes(3)).until(() -> rig.waiting() == 0);
        count = load.count();
        delivery = load.longestDelay();
      } finally {
        postgres.primary.host.heal();
      }
      Report.add(
          "the primary is " + how + ", its standby is promoted after 5 s",
          count
              + ", longest without an answer of 200 "
              + stall.toMillis()
              + " ms, longest from 200 to FHIR "
              + delivery.toMillis()
              + " ms");
      assertNothingLost(count);
      assertThat(stall).isLessThan(Duration.ofSeconds(35));
      assertThat(delivery).isLessThan(Duration.ofSeconds(50));
      assertThat(replicas).allMatch(Replica::isReady);
    }
  }

  // ── Kafka as the inbox ────────────────────────────────────────────────────────────────────────

  @Test
  void the_leader_of_the_topic_is_killed_and_nothing_is_lost_or_late() throws Exception {
    try (HostedPostgres postgres = new HostedPostgres(hosts, folder);
        HostedKafka kafka = new HostedKafka(hosts, folder);
        Rig rig = withKafka(kafka, postgres, 1)) {
      Replica replica = rig.start(0);
      rig.connect(replica, 1, USERS);
      Count count;
      Duration stall;
      try (Load load = new Load(rig, 1, USERS, 50, number -> replica);
          Stalls stalls = new Stalls(rig, number -> replica)) {
        await().atMost(A_MINUTE).until(() -> load.answeredSoFar() > 200);
        kafka.leader().kill();
        TimeUnit.SECONDS.sleep(30);
        load.close();
        stall = stalls.longest();
        await().atMost(Duration.ofMinutes(3)).until(() -> load.isAllDelivered());
        count = load.count();
      }
      Report.add(
          "Kafka's leader is killed",
          count + ", longest without an answer of 200 " + stall.toMillis() + " ms");
      assertNothingLost(count);
      assertThat(Duration.ofMillis(count.slowestAnswer())).isLessThan(WITHINGS_WAITS);
    }
  }

  @Test
  void postgresql_stands_still_for_a_minute_and_every_notification_is_taken() throws Exception {
    int perSecond = 200;
    try (HostedPostgres postgres = new HostedPostgres(hosts, folder);
        HostedKafka kafka = new HostedKafka(hosts, folder);
        Rig rig = withKafka(kafka, postgres, 1)) {
      Replica replica = rig.start(0);
      rig.connect(replica, 1, USERS);
      await().until(() -> told(rig, replica, 0) == 200);
      AtomicInteger next = new AtomicInteger(1);
      AtomicInteger taken = new AtomicInteger();
      AtomicInteger refused = new AtomicInteger();
      AtomicLong slowest = new AtomicLong();
      ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
      ExecutorService senders = Executors.newFixedThreadPool(32);
      postgres.primary.stop();
      clock.scheduleAtFixedRate(
          () -> {
            int number = next.getAndIncrement();
            senders.execute(
                () -> {
                  long began = System.nanoTime();
                  (told(rig, replica, number) == 200 ? taken : refused).incrementAndGet();
                  slowest.accumulateAndGet(System.nanoTime() - began, Math::max);
                });
          },
          0,
          1_000_000 / perSecond,
          TimeUnit.MICROSECONDS);
      TimeUnit.SECONDS.sleep(60);
      clock.shutdown();
      senders.shutdown();
      assertThat(senders.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
      int sent = next.get();
      postgres.primary.restart();
      long began = System.nanoTime();
      await()
          .atMost(Duration.ofMinutes(4))
          .until(() -> IntStream.range(0, sent).allMatch(i -> rig.fhir.has(key(i))));
      Report.add(
          "PostgreSQL stopped for 60 s, " + perSecond + " notifications a second, in Kafka",
          "told "
              + sent
              + ", 200 "
              + (taken.get() + 1)
              + ", refused "
              + refused
              + ", slowest answer "
              + TimeUnit.NANOSECONDS.toMillis(slowest.get())
              + " ms, all delivered after "
              + Duration.ofNanos(System.nanoTime() - began).toSeconds()
              + " s");
      assertThat(refused).hasValue(0);
      assertThat(rig.deadLetters()).isZero();
    }
  }

  private static final long FIRST =
      Instant.now().getEpochSecond() - Duration.ofDays(100).toSeconds();

  private static long user(int number) {
    return 1 + number % USERS;
  }

  private static String key(int number) {
    return "meas-" + user(number) + "-" + (2_000_000_000L + number) + "-1";
  }

  /** A user steps on the scale, and the replica is told once. */
  private static int told(Rig rig, Replica replica, int number) {
    long at = FIRST + number * 60L;
    rig.withings.addGroup(
        user(number),
        Inspection.weightGroup(2_000_000_000L + number, Instant.ofEpochSecond(at), 70_000),
        false);
    try {
      return rig.notify(replica, user(number), at - 1, at);
    } catch (IOException e) {
      return 0;
    }
  }

  // ── Everything at random ──────────────────────────────────────────────────────────────────────

  @Test
  void any_process_is_killed_or_frozen_and_any_link_is_cut() throws Exception {
    try (HostedPostgres postgres = new HostedPostgres(hosts, folder);
        HostedKafka kafka = new HostedKafka(hosts, folder);
        Rig rig = withKafka(kafka, postgres, 3)) {
      Replica[] running = {rig.start(0), rig.start(1), rig.start(2)};
      AtomicReferenceArray<Replica> up = new AtomicReferenceArray<>(running);
      rig.connect(running[0], 1, USERS);
      Random random = new Random(15);
      AtomicInteger faults = new AtomicInteger();
      Count count;
      Duration stall;
      Duration delivery;
      try (Load load = new Load(rig, 1, USERS, 15, number -> up.get(number % 3));
          Stalls stalls = new Stalls(rig, number -> up.get(number % 3))) {
        long end = System.nanoTime() + RUN.toNanos();
        while (System.nanoTime() < end) {
          int atOnce = 1 + random.nextInt(2);
          List<Runnable> repairs = new ArrayList<>();
          for (int i = 0; i < atOnce; i++) {
            repairs.add(fault(random, rig, postgres, kafka, running, up));
            faults.incrementAndGet();
          }
          TimeUnit.SECONDS.sleep(5 + random.nextInt(10));
          repairs.forEach(Runnable::run);
          TimeUnit.SECONDS.sleep(10 + random.nextInt(10));
          Report.progress(
              faults
                  + " faults, answered "
                  + load.answeredSoFar()
                  + ", in work "
                  + load.underWay());
        }
        load.close();
        stall = stalls.longest();
        await().atMost(Duration.ofMinutes(5)).until(() -> load.isAllDelivered());
        count = load.count();
        delivery = load.longestDelay();
      }
      Report.add(
          faults + " faults over hosts in " + RUN.toSeconds() + " s",
          count
              + ", longest without an answer of 200 "
              + stall.toMillis()
              + " ms, longest from 200 to FHIR "
              + delivery.toMillis()
              + " ms, sent again unchanged "
              + rig.fhir.sentAgain()
              + ", dead letters "
              + rig.deadLetters());
      assertNothingLost(count);
      assertThat(rig.deadLetters()).isZero();
    }
  }

  /** Breaks something; returns what puts it right. */
  private static Runnable fault(
      Random random,
      Rig rig,
      HostedPostgres postgres,
      HostedKafka kafka,
      Replica[] running,
      AtomicReferenceArray<Replica> up) {
    int number = random.nextInt(3);
    Broker broker = kafka.brokers.get(number);
    Server server = random.nextBoolean() ? postgres.primary : postgres.standby;
    Host host =
        switch (random.nextInt(3)) {
          case 0 -> broker.host;
          case 1 -> server.host;
          default -> rig.host(number);
        };
    switch (random.nextInt(7)) {
      case 0 -> {
        Report.progress("kill replica " + number);
        up.set(number, null);
        running[number].process().kill();
        return () -> {
          Replica next = rig.launch(number);
          running[number] = next;
          Thread waiting = new Thread(() -> up.set(number, Rig.ready(next)));
          waiting.setDaemon(true);
          waiting.start();
        };
      }
      case 1 -> {
        Report.progress("kill broker " + broker.id);
        broker.kill();
        return () -> {
          if (!broker.isAlive()) {
            broker.start();
          }
        };
      }
      case 2 -> {
        Report.progress("kill PostgreSQL at " + server.host.name());
        server.stop();
        return server::restart;
      }
      case 3 -> {
        Report.progress("freeze replica " + number);
        ApplicationFreeze frozen = new ApplicationFreeze(running[number]);
        return frozen::thaw;
      }
      case 4 -> {
        Report.progress("freeze broker " + broker.id);
        signal(broker, "STOP");
        return () -> signal(broker, "CONT");
      }
      case 5 -> {
        Report.progress("freeze PostgreSQL at " + server.host.name());
        server.freeze();
        return server::thaw;
      }
      default -> {
        Report.progress("cut the link of " + host.name());
        host.cut();
        return host::heal;
      }
    }
  }

  /** Two faults may hit one process; what has been killed is not thawed. */
  private record ApplicationFreeze(Replica replica) {
    ApplicationFreeze {
      if (replica.process().isRunning()) {
        replica.process().freeze();
      }
    }

    void thaw() {
      if (replica.process().isRunning()) {
        replica.process().thaw();
      }
    }
  }

  private static void signal(Broker broker, String name) {
    if (broker.isAlive()) {
      Hosts.signal(broker.pid(), name);
    }
  }

  // ── What the tests above share ────────────────────────────────────────────────────────────────

  private List<Host> replicaHosts(int count) {
    return IntStream.range(0, count).mapToObj(i -> hosts.add("replica-" + i)).toList();
  }

  private Rig withKafka(HostedKafka kafka, HostedPostgres postgres, int replicas) {
    return new Rig(replicaHosts(replicas), postgres.url())
        .set("INBOX", "kafka")
        .set("KAFKA_BOOTSTRAP_SERVERS", kafka.addresses());
  }

  private static void assertNothingLost(Count count) {
    assertThat(count.lost()).isEmpty();
    assertThat(count.duplicated()).isEmpty();
    assertThat(count.unexpected()).isEmpty();
    assertThat(count.wrong()).isEmpty();
  }

  /**
   * The longest time in which no notification was answered 200, by those of a user whom nobody
   * knows: the users of {@link Load} wait for their deliveries.
   */
  private static final class Stalls implements AutoCloseable {

    private static final long STRANGER = 999_999;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private long since = System.nanoTime();
    private long longest;

    Stalls(Rig rig, IntFunction<@Nullable Replica> replicas) {
      AtomicInteger next = new AtomicInteger();
      clock.scheduleWithFixedDelay(
          () -> look(rig, replicas.apply(next.getAndIncrement())), 0, 50, TimeUnit.MILLISECONDS);
    }

    private void look(Rig rig, @Nullable Replica replica) {
      try {
        if (replica != null && rig.notify(replica, STRANGER, 1, 2) == 200) {
          answered(System.nanoTime());
        }
      } catch (IOException e) {
        // The next one is tried.
      }
    }

    private synchronized void answered(long now) {
      longest = Math.max(longest, now - since);
      since = now;
    }

    synchronized Duration longest() {
      return Duration.ofNanos(longest);
    }

    @Override
    public void close() {
      clock.shutdownNow();
    }
  }
}
