package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;

/** The console on the management port: public files, data for operators only. */
class ConsoleTest {

  private static final String SUMMARY = "/console/api/operations/summary";

  @TempDir static Path folder;

  static RunningVitalroutes vitalroutes;
  static final UserTokens tokens = new UserTokens();

  @BeforeAll
  static void start() {
    vitalroutes =
        RunningVitalroutes.start(
            new TestSettings()
                .set("SPRING_DATASOURCE_URL", LocalPostgres.shared().newDatabase())
                .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
                .set("CONSOLE_FHIR_URL", "https://fhir.example.org/r5")
                .set("WITHINGS_API_URL", "http://localhost:1")
                .set(
                    "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
                    tokens.writePublicKey(folder.resolve("key.pem")).toUri().toString()));
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
  }

  @Test
  void the_page_is_served_with_a_policy_that_allows_nothing_foreign() {
    HttpResponse<String> page = get("/console/", "");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<title>Vitalroutes console</title>");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(get("/console", "").headers().firstValue("Location").orElseThrow())
        .endsWith("/console/");
  }

  @Test
  void every_file_is_served_and_names_no_other_host() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/console"))) {
      assertThat(files.toList())
          .isNotEmpty()
          .allSatisfy(
              file -> {
                HttpResponse<String> served = get("/console/" + file.getFileName(), "");
                assertThat(served.statusCode()).isEqualTo(200);
                assertThat(served.body()).isEqualTo(Files.readString(file));
                // The description contains the default URL of the API, which the page does not
                // read.
                assertThat(served.body().replaceAll("default: http://localhost:8080\n", ""))
                    .doesNotContainPattern("https?://(?!www\\.w3\\.org/2000/svg)");
              });
    }
  }

  @Test
  void the_libraries_of_the_pages_are_served_from_their_own_jars() {
    assertThat(get("/console/preact.js", "").body()).contains(".preact={}");
    assertThat(get("/console/preact-hooks.js", "").body()).contains(".preactHooks={}");
    assertThat(get("/console/uplot.js", "").body()).contains("uPlot").hasSizeGreaterThan(40_000);
    assertThat(get("/console/uplot.css", "").body()).contains(".uplot");
    assertThat(vitalroutes.get("/webjars/uplot/1.6.30/dist/uPlot.min.css", "").statusCode())
        .isIn(401, 404);
  }

  @Test
  void the_page_contains_the_url_at_which_a_browser_reaches_the_fhir_server() {
    assertThat(get("/console/settings.json", "").body())
        .isEqualTo("{\"fhirUrl\":\"https://fhir.example.org/r5\"}");
  }

  @Test
  void data_is_for_operators() {
    assertThat(get(SUMMARY, "").statusCode()).isEqualTo(401);
    assertThat(get(SUMMARY, tokens.expired("otto")).statusCode()).isEqualTo(401);
    assertThat(get(SUMMARY, tokens.of("anna")).statusCode()).isEqualTo(403);
    HttpResponse<String> summary = get(SUMMARY, tokens.ofOperator("otto"));
    assertThat(summary.statusCode()).isEqualTo(200);
    assertThat(summary.body()).contains("\"stages\"");
    assertThat(summary.headers().firstValue("Cache-Control")).contains("no-store");
  }

  @Test
  void a_call_is_passed_on_with_its_method_its_query_and_its_body() {
    assertThat(
            get("/console/api/operations/dead-letters?state=nonsense", tokens.ofOperator("otto"))
                .body())
        .contains("invalid_state");
    assertThat(
            send(
                    "/console/api/operations/dead-letters/replay",
                    tokens.ofOperator("otto"),
                    HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"all\": true}")))
                .body())
        .isEqualTo("{\"replayed\":0,\"left_dead_letters\":0}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/api/connected-accounts/",
        "/console/api/operations/../connected-accounts/",
        "/console/api/operations%2f..%2fconnected-accounts",
        "/console/api//operations/summary",
        "/console/unknown.js",
        "/console/../application.yaml",
        "/console/%2e%2e/application.yaml",
        "/console/console.css/x",
        "/api/operations/summary",
        "/webhooks/withings"
      })
  void nothing_else_is_reached_through_it(String path) {
    assertThat(get(path, tokens.ofOperator("otto")).statusCode()).isIn(400, 403, 404);
  }

  @Test
  void a_body_that_is_too_large_is_refused() {
    assertThat(
            send(
                    "/console/api/operations/dead-letters/replay",
                    tokens.ofOperator("otto"),
                    HttpRequest.newBuilder()
                        .POST(HttpRequest.BodyPublishers.ofString(" ".repeat(65 * 1024))))
                .statusCode())
        .isEqualTo(413);
  }

  private static HttpResponse<String> get(String path, String bearer) {
    return send(path, bearer, HttpRequest.newBuilder().GET());
  }

  private static HttpResponse<String> send(
      String path, String bearer, HttpRequest.Builder request) {
    if (!bearer.isEmpty()) {
      request.header("Authorization", "Bearer " + bearer);
    }
    return RunningVitalroutes.send(request.uri(URI.create(vitalroutes.managementUrl() + path)));
  }
}
