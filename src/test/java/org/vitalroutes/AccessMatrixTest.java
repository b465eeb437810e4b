package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.OAuthStates;
import org.vitalroutes.testsupport.ApiDescription;
import org.vitalroutes.testsupport.ApiDescription.Operation;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;
import org.vitalroutes.testsupport.World;

/** Access to every endpoint of the public port, by kind of caller. */
class AccessMatrixTest {

  private static final String API = "/api/connected-accounts/";
  private static final String OAUTH = API + "withings/oauth/";

  /** A web page that may call the API from a browser. */
  private static final String PAGE = "https://app.example.org";

  @TempDir static Path folder;

  static RunningVitalroutes vitalroutes;
  static Path publicKey;
  static final UserTokens tokens = new UserTokens();
  static final UserTokens others = UserTokens.ofAnother();

  @BeforeAll
  static void start() {
    publicKey = tokens.writePublicKey(folder.resolve("key.pem"));
    vitalroutes =
        RunningVitalroutes.start(
            new TestSettings()
                .set("SPRING_DATASOURCE_URL", LocalPostgres.shared().newDatabase())
                .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
                .set("WITHINGS_API_URL", "http://localhost:1")
                .set("CONNECT_ALLOWED_ORIGINS", PAGE)
                .set(
                    "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
                    publicKey.toUri().toString()));
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          method | path                                          | nobody | expired | forged | unsigned | a user | an operator
          HEAD   | /webhooks/withings                            | 200 | 200 | 200 | 200 | 200 | 200
          GET    | /webhooks/withings                            | 200 | 200 | 200 | 200 | 200 | 200
          POST   | /webhooks/withings                            | 401 | 401 | 401 | 401 | 401 | 401
          PUT    | /webhooks/withings                            | 405 | 405 | 405 | 405 | 405 | 405
          DELETE | /webhooks/withings                            | 405 | 405 | 405 | 405 | 405 | 405
          HEAD   | {signed}                                      | 200 | 200 | 200 | 200 | 200 | 200
          GET    | {signed}                                      | 200 | 200 | 200 | 200 | 200 | 200
          POST   | {signed}                                      | 200 | 200 | 200 | 200 | 200 | 200
          PUT    | {signed}                                      | 405 | 405 | 405 | 405 | 405 | 405
          DELETE | {signed}                                      | 405 | 405 | 405 | 405 | 405 | 405
          HEAD   | /webhooks/withings/4711/wrong                 | 404 | 404 | 404 | 404 | 404 | 404
          GET    | /webhooks/withings/4711/wrong                 | 404 | 404 | 404 | 404 | 404 | 404
          POST   | /webhooks/withings/4711/wrong                 | 404 | 404 | 404 | 404 | 404 | 404
          GET    | /webhooks                                     | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /webhooks/withings/4711                       | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /webhooks/withings/4711/a/b                   | 401 | 401 | 401 | 401 | 403 | 403
          POST   | /webhooks/other                               | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /api/connected-accounts/withings/oauth/callback  | 400 | 401 | 401 | 401 | 400 | 400
          GET    | /api/connected-accounts/withings/oauth/callback/ | 400 | 401 | 401 | 401 | 400 | 400
          HEAD   | /api/connected-accounts/withings/oauth/callback  | 200 | 401 | 401 | 401 | 200 | 200
          HEAD   | /api/connected-accounts/withings/oauth/callback/ | 200 | 401 | 401 | 401 | 200 | 200
          POST   | /api/connected-accounts/withings/oauth/callback  | 401 | 401 | 401 | 401 | 405 | 405
          POST   | /api/connected-accounts/withings/oauth/initiate  | 401 | 401 | 401 | 401 | 200 | 200
          POST   | /api/connected-accounts/withings/oauth/initiate/ | 401 | 401 | 401 | 401 | 200 | 200
          GET    | /api/connected-accounts/withings/oauth/initiate  | 401 | 401 | 401 | 401 | 405 | 405
          POST   | /api/connected-accounts/withings/oauth/complete  | 401 | 401 | 401 | 401 | 400 | 400
          POST   | /api/connected-accounts/withings/oauth/complete/ | 401 | 401 | 401 | 401 | 400 | 400
          POST   | /api/connected-accounts/withings/oauth/confirm   | 401 | 401 | 401 | 401 | 400 | 400
          POST   | /api/connected-accounts/withings/oauth/confirm/  | 401 | 401 | 401 | 401 | 400 | 400
          GET    | /api/connected-accounts/withings/oauth/confirm   | 401 | 401 | 401 | 401 | 405 | 405
          GET    | /api/connected-accounts/withings/oauth/complete  | 401 | 401 | 401 | 401 | 405 | 405
          POST   | /api/connected-accounts/withings/oauth/disconnect  | 401 | 401 | 401 | 401 | 200 | 200
          POST   | /api/connected-accounts/withings/oauth/disconnect/ | 401 | 401 | 401 | 401 | 200 | 200
          GET    | /api/connected-accounts/withings/oauth/disconnect  | 401 | 401 | 401 | 401 | 405 | 405
          GET    | /api/connected-accounts/export                | 401 | 401 | 401 | 401 | 200 | 200
          POST   | /api/connected-accounts/export                | 401 | 401 | 401 | 401 | 405 | 405
          POST   | /api/connected-accounts/erase                 | 401 | 401 | 401 | 401 | 200 | 200
          GET    | /api/connected-accounts/erase                 | 401 | 401 | 401 | 401 | 405 | 405
          GET    | /api/connected-accounts                       | 401 | 401 | 401 | 401 | 200 | 200
          GET    | /api/connected-accounts/                      | 401 | 401 | 401 | 401 | 200 | 200
          POST   | /api/connected-accounts/                      | 401 | 401 | 401 | 401 | 405 | 405
          DELETE | /api/connected-accounts/                      | 401 | 401 | 401 | 401 | 405 | 405
          GET    | /api/connected-accounts/fitbit/oauth/callback | 404 | 401 | 401 | 401 | 404 | 404
          HEAD   | /api/connected-accounts/fitbit/oauth/callback | 404 | 401 | 401 | 401 | 404 | 404
          POST   | /api/connected-accounts/fitbit/oauth/initiate | 401 | 401 | 401 | 401 | 404 | 404
          POST   | /api/connected-accounts/fitbit/oauth/complete/ | 401 | 401 | 401 | 401 | 404 | 404
          POST   | /api/connected-accounts/fitbit/oauth/disconnect | 401 | 401 | 401 | 401 | 404 | 404
          POST   | /api/connected-accounts/withings/links        | 401 | 401 | 401 | 401 | 403 | 403
          POST   | /api/connected-accounts/withings/links/       | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /api/connected-accounts/withings/links        | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /api/connected-accounts/withings/links/       | 401 | 401 | 401 | 401 | 403 | 403
          DELETE | /api/connected-accounts/withings/links/1      | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /connect/a-token                              | 404 | 404 | 404 | 404 | 404 | 404
          GET    | /connect/a-token/                             | 404 | 404 | 404 | 404 | 404 | 404
          POST   | /connect/a-token                              | 404 | 404 | 404 | 404 | 404 | 404
          PUT    | /connect/a-token                              | 405 | 405 | 405 | 405 | 405 | 405
          GET    | /connect/result                               | 200 | 200 | 200 | 200 | 200 | 200
          GET    | /connect                                      | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /connect/a-token/b                            | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /api/unknown                                  | 401 | 401 | 401 | 401 | 404 | 404
          GET    | /api                                          | 401 | 401 | 401 | 401 | 404 | 404
          GET    | /api/operations/summary                       | 401 | 401 | 401 | 401 | 403 | 200
          GET    | /api/operations/summary/                      | 401 | 401 | 401 | 401 | 403 | 200
          POST   | /api/operations/summary                       | 401 | 401 | 401 | 401 | 403 | 405
          GET    | /api/operations/dead-letters                        | 401 | 401 | 401 | 401 | 403 | 200
          GET    | /api/operations/dead-letters/                       | 401 | 401 | 401 | 401 | 403 | 200
          POST   | /api/operations/dead-letters/replay                 | 401 | 401 | 401 | 401 | 403 | 400
          POST   | /api/operations/dead-letters/replay/                | 401 | 401 | 401 | 401 | 403 | 400
          POST   | /api/operations/dead-letters/1/replay               | 401 | 401 | 401 | 401 | 403 | 404
          POST   | /api/operations/dead-letters/1/replay/              | 401 | 401 | 401 | 401 | 403 | 404
          DELETE | /api/operations/dead-letters/1                      | 401 | 401 | 401 | 401 | 403 | 400
          DELETE | /api/operations/dead-letters/1/                     | 401 | 401 | 401 | 401 | 403 | 400
          GET    | /api/operations/dead-letters/1                      | 401 | 401 | 401 | 401 | 403 | 405
          GET    | /api/operations/accounts                      | 401 | 401 | 401 | 401 | 403 | 200
          GET    | /api/operations/accounts/                     | 401 | 401 | 401 | 401 | 403 | 200
          GET    | /api/operations/accounts/1/timeline           | 401 | 401 | 401 | 401 | 403 | 404
          GET    | /api/operations/accounts/1/timeline/          | 401 | 401 | 401 | 401 | 403 | 404
          POST   | /api/operations/accounts/1/resync             | 401 | 401 | 401 | 401 | 403 | 400
          POST   | /api/operations/accounts/1/resync/            | 401 | 401 | 401 | 401 | 403 | 400
          POST   | /api/operations/accounts/1/rebuild-ledger     | 401 | 401 | 401 | 401 | 403 | 400
          POST   | /api/operations/accounts/1/rebuild-ledger/    | 401 | 401 | 401 | 401 | 403 | 400
          POST   | /api/operations/redeliver                     | 401 | 401 | 401 | 401 | 403 | 400
          POST   | /api/operations/redeliver/                    | 401 | 401 | 401 | 401 | 403 | 400
          POST   | /api/operations/translate                     | 401 | 401 | 401 | 401 | 403 | 400
          POST   | /api/operations/translate/                    | 401 | 401 | 401 | 401 | 403 | 400
          POST   | /api/operations/events/send-again             | 401 | 401 | 401 | 401 | 403 | 200
          POST   | /api/operations/events/send-again/            | 401 | 401 | 401 | 401 | 403 | 200
          GET    | /api/operations/throughput                    | 401 | 401 | 401 | 401 | 403 | 200
          GET    | /api/operations/throughput/                   | 401 | 401 | 401 | 401 | 403 | 200
          POST   | /api/operations/accounts/1/disconnect         | 401 | 401 | 401 | 401 | 403 | 400
          POST   | /api/operations/accounts/1/disconnect/        | 401 | 401 | 401 | 401 | 403 | 400
          GET    | /api/operations/schedules                     | 401 | 401 | 401 | 401 | 403 | 200
          GET    | /api/operations/schedules/                    | 401 | 401 | 401 | 401 | 403 | 200
          GET    | /api/operations/silent                        | 401 | 401 | 401 | 401 | 403 | 200
          GET    | /api/operations/silent/                       | 401 | 401 | 401 | 401 | 403 | 200
          GET    | /api/operations/accounts/1/values             | 401 | 401 | 401 | 401 | 403 | 404
          GET    | /api/operations/accounts/1/values/            | 401 | 401 | 401 | 401 | 403 | 404
          GET    | /api/operations/accounts/1/export             | 401 | 401 | 401 | 401 | 403 | 404
          GET    | /api/operations/accounts/1/export/            | 401 | 401 | 401 | 401 | 403 | 404
          POST   | /api/operations/accounts/1/erase              | 401 | 401 | 401 | 401 | 403 | 404
          POST   | /api/operations/accounts/1/match              | 401 | 401 | 401 | 401 | 403 | 404
          POST   | /api/operations/accounts/1/erase/             | 401 | 401 | 401 | 401 | 403 | 404
          GET    | /api/operations/unknown                       | 401 | 401 | 401 | 401 | 403 | 404
          GET    | /api/operations                               | 401 | 401 | 401 | 401 | 403 | 404
          GET    | /livez                                        | 200 | 401 | 401 | 401 | 200 | 200
          GET    | /.well-known/jwks.json                        | 200 | 401 | 401 | 401 | 200 | 200
          POST   | /livez                                        | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /readyz                                       | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /actuator                                     | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /actuator/health                              | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /actuator/prometheus                          | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /actuator/env                                 | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /console                                      | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /console/                                     | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /console/openapi.yaml                         | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /console/settings.json                        | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /console/api/operations/summary               | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /error                                        | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /                                             | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /favicon.ico                                  | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /unknown                                      | 401 | 401 | 401 | 401 | 403 | 403
          OPTIONS | /unknown                                     | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /livez/                                       | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /livez/../api/connected-accounts              | 400 | 400 | 400 | 400 | 400 | 400
          GET    | /livez;/api/connected-accounts                | 400 | 400 | 400 | 400 | 400 | 400
          GET    | //api/connected-accounts                      | 400 | 400 | 400 | 400 | 400 | 400
          GET    | /webhooks/withings/%2e%2e%2fapi/x             | 400 | 400 | 400 | 400 | 400 | 400
          GET    | /API/connected-accounts                       | 401 | 401 | 401 | 401 | 403 | 403
          GET    | /api/connected-accounts/withings/oauth/callback/x | 401 | 401 | 401 | 401 | 404 | 404
          TRACE  | /livez                                        | 400 | 400 | 400 | 400 | 400 | 400
          """)
  void every_endpoint_answers_every_caller_as_documented(
      String method,
      String path,
      int nobody,
      int expired,
      int forged,
      int unsigned,
      int user,
      int operator) {
    assertThat(
            Stream.of(
                    "",
                    tokens.expired("anna"),
                    others.of("anna"),
                    tokens.unsigned("anna"),
                    tokens.of("anna"),
                    tokens.ofOperator("otto"))
                .map(bearer -> answer(method, path, bearer).statusCode()))
        .containsExactly(nobody, expired, forged, unsigned, user, operator);
  }

  @Test
  void management_listens_on_the_loopback_interface_alone() {
    int port = URI.create(vitalroutes.managementUrl()).getPort();

    // Another address of this machine.
    assertThatThrownBy(() -> new Socket("127.0.0.2", port).close())
        .isInstanceOf(ConnectException.class);
  }

  /** Calls every mapping without a token, to find the open ones. */
  @Test
  void what_is_open_is_this_and_nothing_else() {
    assertThat(
            mapped()
                .filter(
                    endpoint -> {
                      String[] parts = endpoint.split(" ");
                      var answer = answer(parts[0], parts[1].replaceAll("[{}]", ""), "");
                      return answer.headers().firstValue("WWW-Authenticate").isEmpty();
                    }))
        .containsExactlyInAnyOrder(
            "GET /webhooks/withings",
            "HEAD /webhooks/withings",
            "POST /webhooks/withings",
            "GET /webhooks/withings/{userid}/{signature}",
            "HEAD /webhooks/withings/{userid}/{signature}",
            "POST /webhooks/withings/{userid}/{signature}",
            "GET /api/connected-accounts/{provider}/oauth/callback",
            "HEAD /api/connected-accounts/{provider}/oauth/callback",
            "GET /.well-known/jwks.json",
            "GET /connect/{token}",
            "POST /connect/{token}",
            "GET /connect/result",
            "GET /livez");
  }

  /** All methods and paths that are mapped on the public port. */
  private static Stream<String> mapped() {
    return Stream.concat(
        vitalroutes.beans(RequestMappingInfoHandlerMapping.class).stream()
            .flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
            .flatMap(
                info ->
                    info.getPatternValues().stream()
                        .flatMap(
                            path ->
                                (info.getMethodsCondition().getMethods().isEmpty()
                                        ? Stream.of("GET", "POST")
                                        : info.getMethodsCondition().getMethods().stream()
                                            .map(Enum::name))
                                    .map(method -> method + " " + path))),
        // Paths without a mapping of their own.
        Stream.of("GET /readyz", "GET /actuator/health", "GET /"));
  }

  /** An operation by method and path. */
  @Test
  void every_mapping_is_described_and_whatever_is_described_is_mapped() {
    assertThat(mapped().filter(endpoint -> !NOT_DESCRIBED.contains(endpoint)))
        .containsExactlyInAnyOrderElementsOf(
            ApiDescription.served().operations().stream().map(Operation::toString).toList());
  }

  /** The rows of the matrix, as JUnit reads them. */
  @Test
  void the_matrix_holds_every_operation_that_is_described() throws Exception {
    String[] rows =
        AccessMatrixTest.class
            .getDeclaredMethod(
                "every_endpoint_answers_every_caller_as_documented",
                String.class,
                String.class,
                int.class,
                int.class,
                int.class,
                int.class,
                int.class,
                int.class)
            .getAnnotation(CsvSource.class)
            .textBlock()
            .split("\n");

    assertThat(
            Stream.of(rows)
                .skip(1)
                .map(row -> row.split("\\|"))
                .flatMap(
                    row ->
                        ApiDescription.served()
                            .of(
                                row[0].strip(),
                                row[1].strip().replace("{signed}", World.signedPath(4711)))
                            .stream()))
        .containsAll(ApiDescription.served().operations());
  }

  /** Mappings for errors, and mappings that exist only by name. */
  private static final Set<String> NOT_DESCRIBED =
      Set.of("GET /error", "POST /error", "GET /readyz", "GET /actuator/health", "GET /");

  @Test
  void the_description_is_read_on_the_management_port_and_nowhere_else() {
    HttpResponse<String> served = ofManagement("/console/openapi.yaml", "");

    assertThat(served.statusCode()).isEqualTo(200);
    assertThat(served.headers().firstValue("Content-Type"))
        .contains("application/yaml;charset=utf-8");
    assertThat(served.body()).startsWith("openapi: 3.1.0");
    assertThat(answer("GET", "/console/openapi.yaml", "").statusCode()).isEqualTo(401);
    assertThat(answer("GET", "/openapi.yaml", tokens.ofOperator("otto")).statusCode())
        .isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "heapdump",
        "threaddump",
        "env",
        "configprops",
        "beans",
        "mappings",
        "loggers",
        "logfile",
        "httpexchanges",
        "scheduledtasks",
        "quartz",
        "flyway",
        "metrics",
        "shutdown",
        "jolokia",
        "camel",
        "camelroutes",
        "info",
        "sbom",
        "startup",
        "caches",
        "conditions",
        "auditevents"
      })
  void the_management_port_knows_health_and_metrics_and_nothing_else(String endpoint) {
    assertThat(ofManagement("/actuator/" + endpoint, "").statusCode()).isEqualTo(401);
    assertThat(ofManagement("/actuator/" + endpoint, tokens.ofOperator("otto")).statusCode())
        .isIn(403, 404);
  }

  @Test
  void the_management_port_is_one_of_its_own() {
    assertThat(ofManagement("/actuator/health", "").body())
        .startsWith("{\"status\":")
        .doesNotContain("details", "PostgreSQL", "localhost", ":1");
    assertThat(ofManagement("/actuator/prometheus", "").statusCode()).isEqualTo(200);
    assertThat(ofManagement(API, tokens.of("anna")).statusCode()).isEqualTo(404);
    assertThat(ofManagement("/webhooks/withings", "").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        API,
        "/webhooks/withings",
        OAUTH + "callback/?code=x&state=y",
        "/unknown",
        "/connect/a-token",
        "/connect/result",
        "/livez"
      })
  void an_answer_is_not_framed_kept_sniffed_or_named_to_others(String path) {
    var headers = answer("GET", path, "").headers();

    assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(headers.firstValue("X-Frame-Options")).contains("DENY");
    assertThat(headers.firstValue("Cache-Control").orElse("")).contains("no-store");
    assertThat(headers.firstValue("Referrer-Policy")).contains("no-referrer");
    assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'");
    assertThat(headers.firstValue("Server")).isEmpty();
    assertThat(headers.firstValue("X-Powered-By")).isEmpty();
    assertThat(headers.firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void a_page_calls_the_api_from_a_browser_when_it_is_allowed_to_and_never_the_webhook() {
    assertThat(preflight(API, PAGE).headers().firstValue("Access-Control-Allow-Origin"))
        .contains(PAGE);
    assertThat(preflight(API, PAGE).headers().firstValue("Access-Control-Allow-Credentials"))
        .isEmpty();
    for (String other :
        List.of("https://example.org", PAGE + ".evil.org", "http://app.example.org", "null")) {
      assertThat(preflight(API, other).statusCode()).isEqualTo(403);
      assertThat(preflight(API, other).headers().firstValue("Access-Control-Allow-Origin"))
          .isEmpty();
    }
    assertThat(
            preflight("/webhooks/withings", PAGE)
                .headers()
                .firstValue("Access-Control-Allow-Origin"))
        .isEmpty();
  }

  private static HttpResponse<String> preflight(String path, String origin) {
    return RunningVitalroutes.send(
        vitalroutes
            .request(path)
            .method("OPTIONS", BodyPublishers.noBody())
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", "authorization"));
  }

  private static HttpResponse<String> ofManagement(String path, String bearer) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(vitalroutes.managementUrl() + path)).GET();
    if (!bearer.isEmpty()) {
      request.header("Authorization", "Bearer " + bearer);
    }
    return RunningVitalroutes.send(request);
  }

  @Test
  void a_token_that_names_nobody_or_is_signed_with_the_public_key_is_refused() {
    assertThat(
            Stream.of(tokens.ofNobody(), tokens.signedWith(publicKey, "anna"), "no-token")
                .map(bearer -> answer("GET", API, bearer).statusCode()))
        .containsOnly(401);
  }

  @Test
  void a_token_that_never_ends_or_is_for_another_service_is_refused() {
    assertThat(
            Stream.of(
                    tokens.endless("anna"),
                    tokens.forAnother("billing", "otto"),
                    tokens.forAnother(null, "otto"))
                .flatMap(
                    bearer ->
                        Stream.of(
                            answer("GET", API, bearer).statusCode(),
                            answer("GET", "/api/operations/summary", bearer).statusCode())))
        .containsOnly(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /api/unknown", "GET /unknown", "POST /api/connected-accounts"})
  void a_refusal_is_a_problem_that_says_nothing_of_what_is_inside(String request) {
    String[] parts = request.split(" ");

    var refusal = answer(parts[0], parts[1], tokens.of("anna"));

    assertThat(refusal.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(refusal.body())
        .contains("\"status\":" + refusal.statusCode(), "\"code\":")
        .doesNotContain("org.", "camel", "Exception", "trace");
  }

  @Test
  void nobody_else_sees_or_ends_an_account() {
    connected("alice", "4712");

    for (String other : List.of(tokens.of("bob"), tokens.ofOperator("otto"))) {
      assertThat(answer("GET", API, other).body()).isEqualTo("[]");
      assertThat(answer("GET", API + "export", other).body()).doesNotContain("alice", "4712");
      assertThat(answer("POST", API + "erase", other).body())
          .contains("\"disconnected\":[]")
          .doesNotContain("alice", "4712");
      assertThat(answer("POST", OAUTH + "disconnect/", other).body())
          .contains("\"accounts\":[]")
          .doesNotContain("alice", "4712");
    }

    assertThat(answer("GET", API, tokens.of("alice")).body()).contains("\"connected\"");
  }

  @Test
  void nobody_else_completes_an_authorization() {
    vitalroutes
        .bean(OAuthStates.class)
        .store(
            "the-state", new OAuthState("withings", "carol", null, TestSettings.APP_REDIRECT_URI));
    String completion = "{\"code\": \"the-code\", \"state\": \"the-state\"}";

    var foreign = vitalroutes.post(OAUTH + "complete/", tokens.of("bob"), completion);

    assertThat(foreign.statusCode()).isEqualTo(400);
    assertThat(foreign.body()).contains("invalid_state");
    assertThat(answer("GET", API, tokens.of("bob")).body()).isEqualTo("[]");
    assertThat(answer("GET", API, tokens.of("carol")).body()).isEqualTo("[]");
  }

  private static void connected(String subject, String withingsUser) {
    vitalroutes
        .bean(Accounts.class)
        .connect(
            new OAuthState("withings", subject, "the-patient", TestSettings.APP_REDIRECT_URI),
            new Tokens(
                withingsUser,
                "the-access",
                "the-refresh",
                Instant.now().plusSeconds(3600),
                List.of("user.info")));
  }

  private static HttpResponse<String> answer(String method, String path, String bearer) {
    boolean webhook = path.startsWith("/webhooks") || path.equals("{signed}");
    HttpRequest.Builder request =
        vitalroutes
            .request(path.replace("{signed}", World.signedPath(4711)))
            .header(
                "Content-Type", webhook ? "application/x-www-form-urlencoded" : "application/json")
            .method(method, body(method, path, webhook));
    if (!bearer.isEmpty()) {
      request.header("Authorization", "Bearer " + bearer);
    }
    return RunningVitalroutes.send(request);
  }

  private static HttpRequest.BodyPublisher body(String method, String path, boolean webhook) {
    if (!method.equals("POST")) {
      return BodyPublishers.noBody();
    }
    if (webhook) {
      return BodyPublishers.ofString("userid=4711&appli=1&startdate=1700000000&enddate=1700000001");
    }
    return BodyPublishers.ofString(
        path.contains("complete")
            ? "{\"code\": \"a-code\", \"state\": \"no-state\"}"
            : "{\"redirect_uri\": \"" + TestSettings.APP_REDIRECT_URI + "\"}");
  }
}
