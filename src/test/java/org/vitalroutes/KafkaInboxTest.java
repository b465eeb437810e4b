package org.vitalroutes;

import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.testsupport.FaultProxy;
import org.vitalroutes.testsupport.KafkaBroker;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;

/** Notifications that are stored in a real Kafka topic, and moved from there to PostgreSQL. */
@TestMethodOrder(OrderAnnotation.class)
class KafkaInboxTest {

  private static final Duration WITHINGS_WAITS = Duration.ofSeconds(2);

  private static final String SIGNATURE =
      new WebhookSignature(List.of(TestSettings.WEBHOOK_SECRET), "hex").ofCallback("4711");

  @TempDir static Path folder;

  private static KafkaBroker kafka;
  private static FaultProxy toPostgres;
  private static JdbcClient database;
  private static RunningVitalroutes vitalroutes;

  @BeforeAll
  static void start() {
    kafka = new KafkaBroker();
    toPostgres = new FaultProxy(LocalPostgres.shared().port());
    String url = LocalPostgres.shared().newDatabase();
    database = JdbcClient.create(new DriverManagerDataSource(url, "postgres", "postgres"));
    vitalroutes =
        RunningVitalroutes.start(
            new TestSettings()
                .set("INBOX", "kafka")
                .set("KAFKA_BOOTSTRAP_SERVERS", kafka.address())
                .set(
                    "SPRING_DATASOURCE_URL",
                    url.replaceFirst(":\\d+/", ":" + toPostgres.port() + "/"))
                .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
                .set(
                    "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
                    new UserTokens().writePublicKey(folder.resolve("key.pem")).toUri().toString()));
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
    toPostgres.close();
    kafka.close();
  }

  @Test
  @Order(1)
  void a_notification_is_moved_to_the_inbox_as_it_arrived() {
    // The first one makes the producer learn the topic; what is refused meanwhile is sent again.
    await().until(() -> statusOf(1) == 200);

    await().untilAsserted(() -> assertThat(stored()).contains("4711 1 userid=4711&appli=1"));
    assertThat(
            database
                .sql(
                    "select bool_and(received_at > now() - interval '1 minute'"
                        + " and correlation is not null) from notification")
                .query(Boolean.class)
                .single())
        .isTrue();
  }

  /** CVE-2026-49098: these names are no {@code Camel*} ones, so Camel lets a request set them. */
  @Test
  @Order(2)
  void no_header_of_a_notification_steers_where_its_record_goes() {
    String[] names = {"OVERRIDE_TOPIC", "KEY", "PARTITION_KEY", "PARTITION", "TOPIC", "HEADERS"};
    HttpRequest.Builder hostile = notification(3).header("correlation", "forged");
    for (String name : names) {
      hostile.header("kafka." + name, "stolen").header("KAFKA." + name.toLowerCase(ROOT), "1");
    }
    hostile.header("kafka.OVERRIDE_TIMESTAMP", "1").header("CamelKafkaOverrideTopic", "stolen");

    assertThat(RunningVitalroutes.send(hostile).statusCode()).isEqualTo(200);

    await().untilAsserted(() -> assertThat(stored()).contains("4711 3 userid=4711&appli=3"));
    assertThat(
            database
                .sql(
                    "select bool_and(received_at > now() - interval '1 minute'"
                        + " and correlation <> 'forged') from notification where appli = 3")
                .query(Boolean.class)
                .single())
        .isTrue();
    assertThat(kafka.topics()).doesNotContain("stolen", "1").contains("vitalroutes.notifications");
    assertThat(kafka.records("vitalroutes.notifications"))
        .allSatisfy(
            record -> {
              assertThat(record.key()).isEqualTo("4711");
              assertThat(record.headers()).extracting(Header::key).containsExactly("correlation");
            });
  }

  @Test
  @Order(3)
  void notifications_are_taken_while_postgresql_is_down_and_moved_when_it_is_back() {
    toPostgres.refuse();

    List<Integer> statuses =
        IntStream.range(0, 100)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> statusOf(2)))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();
    assertThat(statuses).containsOnly(200);
    assertThat(
            RunningVitalroutes.send(
                    HttpRequest.newBuilder(
                        URI.create(vitalroutes.managementUrl() + "/actuator/health/readiness")))
                .statusCode())
        .as("a balancer goes on sending")
        .isEqualTo(200);

    toPostgres.heal();
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                assertThat(stored().stream().filter(row -> row.startsWith("4711 2 ")))
                    .hasSizeGreaterThanOrEqualTo(100));
  }

  @Test
  @Order(4)
  void without_kafka_notifications_are_refused_in_time_so_that_withings_sends_them_again() {
    kafka.close();

    List<CompletableFuture<Duration>> refusals =
        IntStream.range(0, 50)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          long start = System.nanoTime();
                          assertThat(statusOf(4)).isEqualTo(503);
                          return Duration.ofNanos(System.nanoTime() - start);
                        }))
            .toList();

    assertThat(refusals)
        .allSatisfy(refusal -> assertThat(refusal.join()).isLessThan(WITHINGS_WAITS));
  }

  private static List<String> stored() {
    return database
        .sql(
            "select user_id || ' ' || appli || ' ' || convert_from(body, 'UTF8') from notification")
        .query(String.class)
        .list();
  }

  private static int statusOf(int appli) {
    return RunningVitalroutes.send(notification(appli)).statusCode();
  }

  private static HttpRequest.Builder notification(int appli) {
    return vitalroutes
        .request("/webhooks/withings/4711/" + SIGNATURE)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString("userid=4711&appli=" + appli));
  }
}
