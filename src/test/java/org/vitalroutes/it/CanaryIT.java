package org.vitalroutes.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.vitalroutes.accounts.TokenCipher;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.simulator.Fault;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.testsupport.CapturedLogs;
import org.vitalroutes.testsupport.Inspection;
import org.vitalroutes.testsupport.QuotingProxy;
import org.vitalroutes.testsupport.RawConnection;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.TraceCollector;
import org.vitalroutes.testsupport.TraceCollector.Collected;
import org.vitalroutes.testsupport.World;

/**
 * Runs whole flows with every logger at TRACE and with unique canary values, none of which may
 * leak.
 */
@Isolated("it changes the levels of all loggers")
class CanaryIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String OAUTH = "/api/connected-accounts/withings/oauth/";

  private static final long USER = 8_315_942_607L;
  private static final String NAME = "Zephyrine-c4n4ry";
  private static final String SUBJECT = "subject-c4n4ry-61f0";
  private static final String FHIR_TOKEN = "fhir-c4n4ry-token-7719";

  /** Of kilograms, in units of 10^-8. */
  private static final long MEASURED = 7_314_926_538L;

  private static final String VALUE = "73.14926538";

  /** Values that no log, metric or answer may hold. */
  private static final Set<String> personal =
      Set.of(Long.toString(USER), NAME, SUBJECT, Long.toString(MEASURED), VALUE);

  /** Values that may appear nowhere, in any encoding. */
  private static final Set<String> secrets = new LinkedHashSet<>();

  private static final List<HttpResponse<String>> answers = new ArrayList<>();
  private static final List<String> threads = new ArrayList<>();
  private static final List<String> rows = new ArrayList<>();

  static World world;
  static final TraceCollector traces = new TraceCollector();
  static QuotingProxy fhir;
  static RunningVitalroutes vitalroutes;
  static JdbcClient jdbc;
  static List<String> lines;
  static List<JsonNode> json;
  static List<String> correlations;
  static String metrics;

  @BeforeAll
  static void everything_happens() {
    world = new World();
    fhir = new QuotingProxy(world.fhir().baseUrl());
    world
        .settings()
        .set("FHIR_SERVER_URL", fhir.baseUrl())
        .set("FHIR_BEARER_TOKEN", FHIR_TOKEN)
        .set("REVOCATION_RETRY_CRON", "* * * * * ?")
        .set("SUBSCRIBE_RETRY_CRON", "* * * * * ?")
        .set("TRACES_URL", traces.url())
        .set("LOGGING_LEVEL_ROOT", "TRACE");
    jdbc = JdbcClient.create(new DriverManagerDataSource(world.database(), "postgres", "postgres"));
    secrets.addAll(
        List.of(
            TestSettings.CLIENT_SECRET,
            TestSettings.WEBHOOK_SECRET,
            FHIR_TOKEN,
            signature(),
            keyMaterial()));
    LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    vitalroutes = world.start();
    for (Logger logger : loggers.getLoggerList()) {
      logger.setLevel(Level.TRACE);
    }
    try (CapturedLogs logs = CapturedLogs.begin()) {
      connect();
      notifyAndDeliver();
      refresh();
      withingsQuotes();
      fhirServerQuotes();
      databaseQuotes();
      hostile();
      look();
      end();
      // Excludes PostgreSQL's own log, which the embedded server prints.
      lines = logs.lines().stream().filter(line -> !line.contains("io.zonky")).toList();
      json =
          logs.json().stream()
              .filter(line -> !line.contains("io.zonky"))
              .map(CanaryIT::tree)
              .toList();
    } finally {
      for (Logger logger : loggers.getLoggerList()) {
        logger.setLevel(logger.getName().equals(Logger.ROOT_LOGGER_NAME) ? Level.WARN : null);
      }
    }
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
    fhir.close();
    traces.close();
    world.close();
  }

  @Test
  void no_line_of_the_log_holds_any_of_it() {
    assertThat(lines).hasSizeGreaterThan(10);
    assertThat(spellings(secrets, personal))
        .allSatisfy(
            canary -> {
              assertThat(lines).noneMatch(line -> line.contains(canary));
              assertThat(json).noneMatch(line -> line.toString().contains(canary));
            });
  }

  @Test
  void no_metric_and_no_thread_is_named_after_any_of_it() {
    assertThat(metrics).contains("vitalroutes_resources_delivered_total");
    assertThat(spellings(secrets, personal))
        .allSatisfy(
            canary -> {
              assertThat(metrics).doesNotContain(canary);
              assertThat(threads).noneMatch(thread -> thread.contains(canary));
            });
  }

  @Test
  void no_problem_that_is_answered_holds_any_of_it() {
    assertThat(answers).extracting(HttpResponse::statusCode).contains(400, 401, 404, 413, 415, 503);
    assertThat(spellings(secrets, personal))
        .allSatisfy(
            canary ->
                assertThat(answers)
                    .extracting(HttpResponse::body)
                    .noneMatch(body -> body.contains(canary)));
  }

  @Test
  void no_row_of_the_database_holds_a_secret() {
    assertThat(rows).hasSizeGreaterThan(20);
    assertThat(secrets).hasSizeGreaterThanOrEqualTo(11);
    assertThat(spellings(secrets, Set.of()))
        .allSatisfy(canary -> assertThat(rows).noneMatch(row -> row.contains(canary)));
  }

  @Test
  void an_id_leads_from_a_notification_to_what_was_delivered() {
    assertThat(correlations)
        .anySatisfy(
            correlation ->
                assertThat(json)
                    .filteredOn(line -> line.path("correlation").asText().contains(correlation))
                    .extracting(line -> line.path("message").asText())
                    .contains(
                        "a notification is stored",
                        "a notification triggers measures",
                        "1 resources are delivered",
                        "the request is served"));
  }

  @Test
  void its_trace_leads_from_a_notification_to_the_id_of_an_observation() {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(correlations)
                    .anySatisfy(
                        correlation ->
                            assertThat(traces.of(correlation.replace("-", "")))
                                .extracting(Collected::name)
                                .contains("receive", "dispatch", "fetch", "withings", "deliver")));
    assertThat(correlations)
        .flatMap(correlation -> traces.of(correlation.replace("-", "")))
        .filteredOn(span -> span.name().equals("deliver"))
        .isNotEmpty()
        .allSatisfy(
            span ->
                assertThat(span.attributes())
                    .anyMatch(
                        attribute ->
                            attribute.startsWith("vitalroutes.resources=Observation/wth-")));
  }

  @Test
  void no_trace_holds_any_of_it() {
    await().atMost(SOON).until(() -> traces.raw().stream().anyMatch(it -> it.contains("deliver")));
    assertThat(spellings(secrets, personal))
        .allSatisfy(canary -> assertThat(traces.raw()).noneMatch(raw -> raw.contains(canary)));
  }

  @Test
  void a_line_says_which_request_it_is_about_and_whose_by_a_mark() {
    String mark = new WebhookSignature(List.of(TestSettings.WEBHOOK_SECRET), "hex").markOf(user());

    assertThat(json)
        .filteredOn(line -> line.path("message").asText().contains("is tried again later"))
        .isNotEmpty()
        .allSatisfy(
            line -> {
              assertThat(line.path("user").asText()).isEqualTo(mark);
              assertThat(line.path("request").asText()).matches("[0-9]+");
              assertThat(line.path("account").asText()).hasSize(36);
              // Of any kind: several requests of a new connection may need the token at once.
              assertThat(DataKind.of(line.path("kind").asText())).isNotNull();
            });
  }

  // ── What happens ────────────────────────────────────────────────────────────────────────────

  private static void connect() {
    world.withings().addUser(USER, ZoneId.of("Europe/Paris"), NAME);
    String bearer = world.tokens().of(SUBJECT);
    secrets.add(bearer);
    JsonNode begun =
        World.json(
            vitalroutes.post(
                OAUTH + "initiate/",
                bearer,
                "{\"redirect_uri\": \"" + TestSettings.APP_REDIRECT_URI + "\"}"));
    secrets.add(begun.path("state").asText());
    URI callback =
        World.redirect(URI.create(begun.path("authorization_url").asText() + "&demo_user=" + USER));
    secrets.add(callback.getQuery().split("[&=]")[1]);
    URI atApp = World.redirect(callback);
    secrets.add(atApp.getQuery().split("[&=]")[3]);
    assertThat(World.confirmed(atApp, vitalroutes.url(), bearer))
        .asString()
        .contains("status=connected");
    // Again, with the used state.
    answers.add(vitalroutes.get(callback.getPath() + "?" + callback.getQuery()));
    noteTokens();
  }

  private static void notifyAndDeliver() {
    weighIn(1);
    String form = "userid=" + USER + "&appli=1&startdate=1700000000&enddate=1700000600";
    assertThat(
            RunningVitalroutes.send(
                    Inspection.form(vitalroutes.request(World.signedPath(USER)), form))
                .statusCode())
        .isEqualTo(200);
    assertThat(
            RunningVitalroutes.send(
                    Inspection.form(vitalroutes.request("/webhooks/withings"), form)
                        .header("X-Withings-Signature", Inspection.bodySignature(form)))
                .statusCode())
        .isEqualTo(200);
    secrets.add(Inspection.bodySignature(form));
    delivered(1);
  }

  private static void refresh() {
    world.withings().expireAccessTokens(USER);
    weighIn(2);
    delivered(2);
    noteTokens();
  }

  private static void withingsQuotes() {
    String quoted = String.join(" ", personal) + " " + String.join(" ", secrets);
    weighIn(3);
    for (String reply :
        List.of(
            "{\"status\":522,\"error\":\"" + quoted + "\",\"body\":{}}",
            "{\"status\":0,\"body\":{\"updatetime\":1,\"measuregrps\":[{\"grpid\":\""
                + quoted
                + "\",\"measures\":\""
                + quoted
                + "\"}]}}",
            "{\"broken\": \"" + quoted + "\"")) {
      world.withings().faults().add(Fault.raw(reply).onAction("getmeas").times(1));
      long now = Instant.now().getEpochSecond();
      world
          .withings()
          .tell(
              USER,
              1,
              Map.of("startdate", Long.toString(now - 3600), "enddate", Long.toString(now)));
      await().atMost(SOON).until(() -> world.withings().faults().waiting().isEmpty());
    }
    weighIn(4);
    delivered(4);
  }

  private static void fhirServerQuotes() {
    fhir.quoteNext(500);
    weighIn(5);
    delivered(5);
    // The whole transaction, and then the refused entry alone.
    fhir.quoteNext(422);
    weighIn(6);
    await().atMost(SOON).until(() -> deadLetters().path("total").asInt() == 1);
  }

  private static void databaseQuotes() {
    refusingRows(
        "notification",
        () ->
            answers.add(
                RunningVitalroutes.send(
                    Inspection.form(
                        vitalroutes.request(World.signedPath(USER)),
                        "userid=" + USER + "&appli=1&deviceid=" + NAME))));
    refusingRows(
        "connected_account",
        () -> {
          world.withings().expireAccessTokens(USER);
          weighIn(7);
          await()
              .atMost(SOON)
              .until(
                  () ->
                      jdbc.sql("select count(*) from sync_request where problem is not null")
                              .query(Long.class)
                              .single()
                          > 0);
        });
    delivered(6);
    noteTokens();
  }

  /** While set, PostgreSQL's exceptions contain the refused row. */
  private static void refusingRows(String table, Runnable work) {
    jdbc.sql("alter table " + table + " add constraint refused check (false) not valid").update();
    try {
      work.run();
    } finally {
      jdbc.sql("alter table " + table + " drop constraint refused").update();
    }
  }

  private static void hostile() {
    String canaries = String.join("-", personal);
    String path = "/webhooks/withings/" + USER + "/" + NAME;
    String form = "userid=" + USER + "&appli=" + canaries;
    answers.add(RunningVitalroutes.send(Inspection.form(vitalroutes.request(path), form)));
    answers.add(
        RunningVitalroutes.send(
            Inspection.form(vitalroutes.request("/webhooks/withings?x=" + canaries), form)
                .header("X-Withings-Signature", canaries)
                .header("CamelHttpUri", "http://localhost:1/" + canaries)));
    answers.add(
        RunningVitalroutes.send(
            vitalroutes
                .request(World.signedPath(USER))
                .header("Content-Type", "text/" + NAME)
                .POST(BodyPublishers.ofString(canaries))));
    answers.add(
        RunningVitalroutes.send(
            Inspection.form(
                vitalroutes.request(World.signedPath(USER)), form + "&x=" + "9".repeat(70_000))));
    answers.add(vitalroutes.get(OAUTH + "callback?code=" + canaries + "&state=" + NAME));
    answers.add(vitalroutes.post(OAUTH + "initiate/", world.tokens().of(SUBJECT), canaries));
    answers.add(
        vitalroutes.post(
            OAUTH + "initiate/",
            world.tokens().of(SUBJECT),
            "{\"redirect_uri\": {\"" + canaries + "\": 1}}"));
    answers.add(vitalroutes.get("/api/connected-accounts/", NAME + ".c4n4ry." + canaries));
    answers.add(vitalroutes.get("/api/connected-accounts/", world.tokens().expired(SUBJECT)));
    answers.add(
        vitalroutes.get(
            "/api/operations/dead-letters?since=" + canaries, world.tokens().ofOperator("otto")));
    for (String raw :
        List.of(
            "GET /" + canaries + "\u0001 HTTP/1.1\r\n\r\n",
            "POST " + World.signedPath(USER) + " HTTP/9.9\r\nHost: x\r\n\r\n" + form,
            "GET / HTTP/1.1\r\n" + canaries + "\r\nHost : x\r\n\r\n",
            "POST "
                + World.signedPath(USER)
                + " HTTP/1.1\r\nHost: x\r\nContent-Length: -"
                + canaries
                + "\r\n\r\n")) {
      try (RawConnection connection = RawConnection.to(vitalroutes.url())) {
        connection.say(raw).end().answer();
      }
    }
  }

  private static void look() {
    Thread.getAllStackTraces().keySet().forEach(thread -> threads.add(thread.getName()));
    metrics =
        RunningVitalroutes.send(
                HttpRequest.newBuilder(
                        URI.create(vitalroutes.managementUrl() + "/actuator/prometheus"))
                    .GET())
            .body();
    rows.addAll(new Inspection(world.database()).everyRow());
    // Notifications that were not merged into another request.
    correlations =
        jdbc.sql(
                """
                select n.correlation from notification n join delivered d using (correlation)
                """)
            .query(String.class)
            .list();
  }

  private static void end() {
    world
        .withings()
        .faults()
        .add(
            Fault.raw("{\"status\":2555,\"error\":\"" + USER + " " + NAME + "\",\"body\":{}}")
                .onAction("revoke")
                .times(1));
    String bearer = world.tokens().of(SUBJECT);
    assertThat(vitalroutes.post(OAUTH + "disconnect/", bearer, "{}").statusCode()).isEqualTo(200);
    await()
        .atMost(SOON)
        .until(
            () ->
                vitalroutes.post("/api/connected-accounts/erase/", bearer, "").statusCode() == 200);
    rows.addAll(new Inspection(world.database()).everyRow());
  }

  private static void weighIn(int nth) {
    ObjectNode group =
        Inspection.weightGroup(910_000 + nth, Instant.now().minusSeconds(60L * nth), 1);
    ((ObjectNode) group.at("/measures/0")).put("value", MEASURED).put("unit", -8);
    world.withings().addGroup(USER, group, true);
  }

  private static void delivered(int count) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(world.fhir().valuesOf(SUBJECT, "29463-7")).hasSize(count));
    assertThat(world.fhir().valuesOf(SUBJECT, "29463-7")).containsOnly(VALUE);
  }

  private static JsonNode deadLetters() {
    return World.json(
        vitalroutes.get("/api/operations/dead-letters", world.tokens().ofOperator("otto")));
  }

  /** The stored tokens of the account, decrypted. */
  private static void noteTokens() {
    TokenCipher cipher = vitalroutes.bean(TokenCipher.class);
    for (String column : List.of("access_token", "refresh_token", "previous_refresh_token")) {
      jdbc.sql("select id, " + column + " from connected_account where " + column + " is not null")
          .query(
              row -> {
                secrets.add(
                    cipher.decrypt(
                        row.getBytes(2),
                        row.getObject(1, UUID.class),
                        // The previous refresh token is a token that was moved.
                        column.startsWith("previous") ? "refresh_token" : column));
              });
    }
  }

  private static String user() {
    return Long.toString(USER);
  }

  private static JsonNode tree(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String signature() {
    String path = World.signedPath(USER);
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The key that encrypts the tokens, without the common parts of a keyset. */
  private static String keyMaterial() {
    String keyset = world.settings().variables().get("TOKEN_ENCRYPTION_KEYSET");
    String value = keyset.replaceAll("(?s).*\"value\":\\s*\"([^\"]+)\".*", "$1");
    assertThat(value).hasSizeBetween(40, 60);
    return value;
  }

  private static Set<String> spellings(Set<String> some, Set<String> others) {
    Set<String> spelt = new LinkedHashSet<>();
    Stream.concat(some.stream(), others.stream())
        .forEach(
            text -> {
              byte[] bytes = text.getBytes(UTF_8);
              String hex = HexFormat.of().formatHex(bytes);
              spelt.addAll(
                  List.of(
                      text,
                      hex,
                      hex.toUpperCase(Locale.ROOT),
                      // Within a longer text, the Base64 encoding ends differently.
                      unpadded(Base64.getEncoder().encodeToString(bytes)),
                      unpadded(Base64.getUrlEncoder().encodeToString(bytes)),
                      URLEncoder.encode(text, UTF_8)));
            });
    return spelt;
  }

  private static String unpadded(String base64) {
    return base64.substring(0, base64.length() - base64.length() % 4 - 4);
  }
}
