package org.vitalroutes.faults;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.vitalroutes.faults.Hosts.Host;

/** Three real Kafka brokers, each its own process on its own host, and all of them controllers. */
final class HostedKafka implements AutoCloseable {

  private static final int BROKERS = 3;
  private static final int PORT = 9092;
  private static final String TOPIC = "vitalroutes.notifications";

  /** A broker, its host and its process. */
  final class Broker {

    final int id;
    final Host host;
    private final Path folder;
    private Process process;

    private Broker(int id, Host host, Path folder) {
      this.id = id;
      this.host = host;
      this.folder = folder;
    }

    void start() {
      try {
        ProcessBuilder builder =
            new ProcessBuilder(
                    host.command(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "kafka.Kafka",
                        folder.resolve("server.properties").toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log.txt").toFile());
        builder.environment().put("CLASSPATH", classPath());
        process = builder.start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void kill() {
      process.destroyForcibly();
      await().until(() -> !process.isAlive());
    }

    boolean isAlive() {
      return process.isAlive();
    }

    long pid() {
      return process.pid();
    }
  }

  final List<Broker> brokers = new ArrayList<>();

  HostedKafka(Hosts hosts, Path folder) {
    String cluster = Uuid.randomUuid().toString();
    for (int id = 1; id <= BROKERS; id++) {
      brokers.add(new Broker(id, hosts.add("kafka-" + id), folder.resolve("kafka-" + id)));
    }
    String voters =
        brokers.stream()
            .map(broker -> broker.id + "@" + broker.host.address() + ":9093")
            .collect(Collectors.joining(","));
    brokers.forEach(broker -> format(broker, cluster, voters));
    brokers.forEach(Broker::start);
    try (Admin admin = admin()) {
      await()
          .atMost(Duration.ofMinutes(2))
          .ignoreExceptions()
          .until(() -> admin.describeCluster().nodes().get().size() == BROKERS);
      admin
          .createTopics(
              List.of(
                  new NewTopic(TOPIC, BROKERS, (short) BROKERS)
                      .configs(Map.of("min.insync.replicas", "2"))))
          .all()
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void format(Broker broker, String cluster, String voters) {
    Path log = broker.folder.resolve("log");
    Properties settings = new Properties();
    settings.putAll(
        Map.ofEntries(
            Map.entry("process.roles", "broker,controller"),
            Map.entry("node.id", Integer.toString(broker.id)),
            Map.entry("controller.quorum.voters", voters),
            Map.entry(
                "listeners",
                "PLAINTEXT://%1$s:%2$d,CONTROLLER://%1$s:9093"
                    .formatted(broker.host.address(), PORT)),
            Map.entry("advertised.listeners", "PLAINTEXT://" + broker.host.address() + ":" + PORT),
            Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry("log.dirs", log.toString()),
            Map.entry("default.replication.factor", "3"),
            Map.entry("min.insync.replicas", "2"),
            Map.entry("offsets.topic.replication.factor", "3"),
            Map.entry("offsets.topic.num.partitions", "3"),
            Map.entry("group.initial.rebalance.delay.ms", "0")));
    try {
      Files.createDirectories(log);
      try (var file = Files.newBufferedWriter(broker.folder.resolve("server.properties"))) {
        settings.store(file, null);
      }
      new Formatter()
          .setNodeId(broker.id)
          .setClusterId(cluster)
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(log.toString())
          .addDirectory(log.toString())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("the log of a broker could not be made", e);
    }
  }

  private static String classPath() {
    return List.of(System.getProperty("java.class.path").split(File.pathSeparator)).stream()
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  String addresses() {
    return brokers.stream()
        .map(broker -> broker.host.address() + ":" + PORT)
        .collect(Collectors.joining(","));
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", addresses()));
  }

  /** The broker that leads most partitions of the inbox's topic. */
  Broker leader() throws Exception {
    try (Admin admin = admin()) {
      Map<Integer, Long> led =
          admin
              .describeTopics(List.of(TOPIC))
              .allTopicNames()
              .get()
              .get(TOPIC)
              .partitions()
              .stream()
              .collect(
                  Collectors.groupingBy(
                      partition -> partition.leader().id(), Collectors.counting()));
      int most =
          led.entrySet().stream()
              .max(Map.Entry.comparingByValue())
              .map(Map.Entry::getKey)
              .orElseThrow();
      return brokers.get(most - 1);
    }
  }

  @Override
  public void close() {
    IntStream.range(0, BROKERS).forEach(i -> brokers.get(i).kill());
  }
}
