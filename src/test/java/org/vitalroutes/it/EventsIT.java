package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.events.Sink;
import org.vitalroutes.store.Events;
import org.vitalroutes.testsupport.EventReceiver;
import org.vitalroutes.testsupport.HapiFhirServer;
import org.vitalroutes.testsupport.KafkaBroker;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;
import org.vitalroutes.testsupport.World;

/** Events to a real receiver, which verifies them, and to a real Kafka. */
class EventsIT {

  private static final Map<String, String> EXAMPLE = settings("events-to-kafka/kafka.env");
  private static final String TOPIC = EXAMPLE.get("EVENTS_KAFKA_TOPIC");
  private static final int ACCOUNTS = 20;
  private static final int EVENTS = 15;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;

  static final EventReceiver receiver = new EventReceiver();
  static final UserTokens tokens = new UserTokens();
  static KafkaBroker kafka;
  static RunningVitalroutes vitalroutes;
  static JdbcClient jdbc;

  @BeforeAll
  static void start() {
    kafka = new KafkaBroker();
    TestSettings settings = new TestSettings();
    EXAMPLE.forEach(settings::set);
    vitalroutes =
        RunningVitalroutes.start(
            settings
                .set("SPRING_DATASOURCE_URL", LocalPostgres.shared().newDatabase())
                .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
                .set("WITHINGS_API_URL", "http://localhost:1")
                .set("EVENTS_WEBHOOK_URL", receiver.url())
                .set("EVENTS_WEBHOOK_SECRET", EventReceiver.SECRET)
                .set("KAFKA_BOOTSTRAP_SERVERS", kafka.address())
                .set(
                    "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
                    tokens.writePublicKey(folder.resolve("key.pem")).toUri().toString()));
    jdbc = vitalroutes.bean(JdbcClient.class);
  }

  /** The settings of an example. */
  private static Map<String, String> settings(String file) {
    try {
      return Files.readAllLines(Path.of("examples", file)).stream()
          .map(line -> line.split("=", 2))
          .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
    kafka.close();
    receiver.close();
  }

  @Test
  void events_arrive_once_each_and_in_order_at_both_sinks_though_the_receiver_was_down_and_gone() {
    int before = receiver.taken().size();
    receiver.answer(503);
    List<UUID> accounts = new ArrayList<>();
    for (int i = 0; i < ACCOUNTS; i++) {
      accounts.add(account("user-" + i));
    }
    for (int n = 0; n < EVENTS; n++) {
      for (UUID account : accounts) {
        record(account, n);
      }
    }
    await().until(() -> summary().at("/webhook/last_answer").asText().equals("HTTP 503"));
    assertThat(receiver.taken()).hasSize(before);
    JsonNode down = summary();
    assertThat(down.at("/webhook/waiting").asInt()).isEqualTo(ACCOUNTS * (EVENTS + 1));

    receiver.answer(204);
    vitalroutes.post("/api/operations/events/send-again", tokens.ofOperator("otto"), "");
    await().until(() -> summary().at("/webhook/waiting").asInt() == 0);
    await().until(() -> summary().at("/kafka/waiting").asInt() == 0);

    assertThat(receiver.forged()).isZero();
    Map<String, JsonNode> byWebhook = new LinkedHashMap<>();
    receiver.taken().forEach(event -> byWebhook.put(event.messageId(), event.body()));
    assertThat(receiver.taken()).as("none came twice").hasSameSizeAs(byWebhook.keySet());
    assertOrder(accounts, byWebhook);

    Map<String, JsonNode> byKafka = consumed(byWebhook.size());
    assertThat(byKafka.keySet()).isEqualTo(byWebhook.keySet());
    assertOrder(accounts, byKafka);

    receiver.answer(410);
    record(accounts.get(0), 100);
    await().until(() -> !summary().at("/webhook/gone_at").isNull());
    int calls = receiver.calls();
    record(accounts.get(1), 101);
    await().until(() -> summary().at("/kafka/waiting").asInt() == 0);
    assertThat(summary().at("/webhook/waiting").asInt()).isEqualTo(2);
    assertThat(receiver.calls()).isEqualTo(calls);
    receiver.answer(204);
    vitalroutes.bean(Events.class).start(Set.of(Sink.WEBHOOK, Sink.KAFKA));
    await().until(() -> summary().at("/webhook/waiting").asInt() == 0);
  }

  @Test
  void a_receiver_is_tried_again_when_it_says() {
    UUID account = account("user-later");
    await().until(() -> summary().at("/webhook/waiting").asInt() == 0);
    receiver.answer(503, "3600");
    record(account, "later", "{\"account\": \"" + account + "\"}");

    await().until(() -> !waitOf(account).isNegative());

    assertThat(waitOf(account)).isBetween(Duration.ofMinutes(50), Duration.ofMinutes(61));
    receiver.answer(204);
    vitalroutes.post("/api/operations/events/send-again", tokens.ofOperator("otto"), "");
    await().until(() -> summary().at("/webhook/waiting").asInt() == 0);
  }

  /** How long the next try is off after a failure; negative before the first. */
  private static Duration waitOf(UUID account) {
    return jdbc.sql(
            """
            select coalesce(max(extract(epoch from not_before - now()))::bigint, -1) from event_queue
            where sink = 'webhook' and account_id = ? and tries > 0
            """)
        .param(account)
        .query((row, i) -> Duration.ofSeconds(row.getLong(1)))
        .single();
  }

  @Test
  void the_receiver_of_the_documentation_verifies_an_event_and_reads_the_observation()
      throws Exception {
    String page = Files.readString(Path.of("docs/events.md"));
    Path source =
        Files.writeString(
            folder.resolve("Receiver.java"),
            page.substring(page.indexOf("```java") + 7, page.indexOf("```\n\n## Or a FHIR")));
    Path output = folder.resolve("receiver.txt");
    HapiFhirServer fhir = HapiFhirServer.shared();
    int port = RunningVitalroutes.freePort();
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            source.toString(),
            Integer.toString(port));
    java.environment().put("EVENTS_WEBHOOK_SECRET", EventReceiver.SECRET);
    java.environment().put("FHIR_SERVER_URL", fhir.baseUrl().toString());
    Process example = java.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(
              RunningVitalroutes.send(
                      HttpRequest.newBuilder(
                              URI.create(fhir.baseUrl() + "/Observation/of-the-example"))
                          .header("Content-Type", "application/fhir+json")
                          .PUT(
                              BodyPublishers.ofString(
                                  """
                                  {"resourceType": "Observation", "id": "of-the-example", "status": "final",
                                    "code": {"text": "weight"}, "valueQuantity": {"value": 72.35}}
                                  """)))
                  .statusCode())
          .isIn(200, 201);
      UUID account = account("user-example");
      record(
          account,
          "observations.changed",
          "{\"account\": \"%s\", \"resources\": [{\"reference\": \"Observation/of-the-example\"}]}"
              .formatted(account));
      await().until(() -> changed().isPresent());
      EventReceiver.Received event = changed().orElseThrow();

      await().ignoreExceptions().until(() -> forward(port, event, event.text()) == 204);
      assertThat(forward(port, event, event.text())).as("the same again").isEqualTo(204);
      assertThat(forward(port, event, event.text() + " ")).as("forged").isEqualTo(401);
      await().until(() -> Files.readString(output).contains("72.35"));
      assertThat(Files.readString(output)).containsOnlyOnce("Observation/of-the-example: ");
    } finally {
      example.destroy();
    }
  }

  private static Optional<EventReceiver.Received> changed() {
    return receiver.taken().stream()
        .filter(event -> event.body().path("type").asText().equals("observations.changed"))
        .findFirst();
  }

  private static int forward(int port, EventReceiver.Received event, String body) {
    return RunningVitalroutes.send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/"))
                .header("webhook-id", event.messageId())
                .header("webhook-timestamp", event.timestamp())
                .header("webhook-signature", event.signature())
                .POST(BodyPublishers.ofString(body)))
        .statusCode();
  }

  private static void assertOrder(List<UUID> accounts, Map<String, JsonNode> events) {
    Map<String, List<Integer>> numbers =
        events.values().stream()
            .filter(body -> body.path("type").asText().equals("test"))
            .collect(
                Collectors.groupingBy(
                    body -> body.at("/data/account").asText(),
                    Collectors.mapping(body -> body.at("/data/n").asInt(), Collectors.toList())));
    assertThat(numbers.keySet())
        .containsExactlyInAnyOrderElementsOf(accounts.stream().map(UUID::toString).toList());
    assertThat(numbers.values())
        .allSatisfy(each -> assertThat(each).hasSize(EVENTS).isSorted().doesNotHaveDuplicates());
  }

  private static Map<String, JsonNode> consumed(int wanted) {
    Map<String, JsonNode> events = new LinkedHashMap<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", kafka.address(),
                "group.id", "test",
                "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(Set.of(TOPIC));
      await()
          .pollInSameThread()
          .until(
              () -> {
                for (ConsumerRecord<String, String> event : consumer.poll(Duration.ofMillis(200))) {
                  JsonNode body = JSON.readTree(event.value());
                  assertThat(event.key()).isEqualTo(body.at("/data/account").asText());
                  events.put(new String(event.headers().lastHeader("webhook-id").value()), body);
                }
                return events.size() >= wanted;
              });
    }
    return events;
  }

  private static UUID account(String user) {
    return jdbc.sql(
            """
            insert into connected_account (provider, subject, external_user_id, status, scopes)
            values ('withings', ?, ?, 'connected', 'user.metrics') returning id
            """)
        .param(user)
        .param(user)
        .query(UUID.class)
        .single();
  }

  private static void record(UUID account, int n) {
    record(account, "test", "{\"account\": \"" + account + "\", \"n\": " + n + "}");
  }

  private static void record(UUID account, String type, String data) {
    jdbc.sql("select record_event(?, ?, ?::jsonb)")
        .param(account)
        .param(type)
        .param(data)
        .query((row, i) -> true)
        .list();
  }

  private static JsonNode summary() {
    return World.json(vitalroutes.get("/api/operations/summary", tokens.ofOperator("otto")))
        .path("events");
  }
}
