package org.vitalroutes.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.vitalroutes.fhir.wire.Capabilities;
import org.vitalroutes.fhir.wire.Credentials;
import org.vitalroutes.fhir.wire.FhirClients;
import org.vitalroutes.fhir.wire.FhirServer;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.ServerProbe;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.simulator.MovableClock;
import org.vitalroutes.testsupport.TricklingServer;

class CalledServerTest {

  private final MovableClock clock = new MovableClock(Instant.EPOCH);
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private volatile String metadata = metadata("5.0.0");
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] body = metadata.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @ParameterizedTest
  @CsvSource({
    "200, UP, UP",
    "302, FAILING, UP",
    "401, REFUSED, UP",
    "403, REFUSED, UP",
    "404, FAILING, UP",
    "500, FAILING, FAILING",
    "503, FAILING, FAILING"
  })
  void what_a_server_answers_is_its_state(int answered, String ofFhir, String ofWithings) {
    status = answered;

    assertThat(stateOf(fhir("a token"))).isEqualTo(ofFhir);
    assertThat(stateOf(withings())).isEqualTo(ofWithings);
  }

  @Test
  void a_server_that_does_not_answer_is_unreachable_and_nothing_says_where_it_is() {
    HealthIndicator fhir = fhir("a token");
    server.stop(0);

    assertThat(stateOf(fhir)).isEqualTo("UNREACHABLE");
    assertThat(fhir.health().getDetails()).isEmpty();
  }

  @Test
  void the_fhir_server_is_asked_with_our_credentials_and_withings_without_any() {
    stateOf(fhir("a token"));
    stateOf(withings());

    assertThat(asked)
        .containsExactly("/fhir/metadata?_elements=fhirVersion Bearer a token", "/ null");
  }

  @Test
  void it_is_asked_a_few_times_a_minute_however_many_look() {
    HealthIndicator fhir = fhir("");
    stateOf(fhir);
    status = 500;

    clock.advance(Duration.ofSeconds(14));
    assertThat(stateOf(fhir)).isEqualTo("UP");

    clock.advance(Duration.ofSeconds(1));
    assertThat(stateOf(fhir)).isEqualTo("FAILING");
    assertThat(asked).hasSize(2);
  }

  @Test
  void a_fhir_server_of_another_version_than_is_set_is_of_the_wrong_version() {
    metadata = metadata("4.0.1");

    assertThat(stateOf(fhir("", new FhirServer(FhirVersion.R5, clock)))).isEqualTo("WRONG_VERSION");
    assertThat(stateOf(fhir("", new FhirServer(FhirVersion.R4, clock)))).isEqualTo("UP");
    assertThat(stateOf(fhir("", new FhirServer(null, clock)))).isEqualTo("UP");
  }

  @Test
  void a_fhir_server_of_a_version_that_nothing_is_written_in_is_of_the_wrong_version() {
    metadata = metadata("3.0.2");

    assertThat(stateOf(fhir(""))).isEqualTo("WRONG_VERSION");
  }

  @Test
  void a_fhir_server_that_lacks_what_is_needed_is_of_the_wrong_version() {
    FhirServer server = new FhirServer(null, clock);
    server.record(new Capabilities("5.0.0", "", List.of("transaction")));

    assertThat(stateOf(fhir("", server))).isEqualTo("WRONG_VERSION");
  }

  @Test
  void what_is_no_capability_statement_is_a_failure() {
    metadata = "{\"resourceType\": \"OperationOutcome\"}";
    assertThat(stateOf(fhir(""))).isEqualTo("FAILING");

    metadata = "<html>";
    assertThat(stateOf(fhir(""))).isEqualTo("FAILING");
  }

  /** Each byte began the wait anew, and who asks for health waited with it. */
  @Test
  @Timeout(30)
  void a_server_that_trickles_is_unreachable_within_seconds() {
    try (TricklingServer trickling = new TricklingServer("HTTP/1.1 200 OK\r\n")) {
      Instant begun = Instant.now();

      assertThat(stateOf(fhir("a token", trickling.url()))).isEqualTo("UNREACHABLE");
      assertThat(stateOf(withings(trickling.url()))).isEqualTo("UNREACHABLE");

      assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }
  }

  private static String metadata(String version) {
    return "{\"resourceType\": \"CapabilityStatement\", \"fhirVersion\": \"" + version + "\"}";
  }

  private HealthIndicator fhir(String token) {
    return fhir(token, new FhirServer(null, clock));
  }

  private HealthIndicator fhir(String token, FhirServer server) {
    return fhir(token, url(), server);
  }

  private HealthIndicator fhir(String token, String url) {
    return fhir(token, url, new FhirServer(null, clock));
  }

  private HealthIndicator fhir(String token, String url, FhirServer server) {
    FhirClients clients =
        new FhirClients(url + "/fhir", 2, Credentials.of("Bearer " + token), Map.of(), null);
    return new HealthConfiguration().fhirHealthIndicator(new ServerProbe(clients), server, clock);
  }

  private HealthIndicator withings() {
    return withings(url());
  }

  private HealthIndicator withings(String url) {
    return new HealthConfiguration()
        .withingsHealthIndicator(
            new WithingsSettings(
                "id", "secret", url, url, List.of(), List.of(), 120, List.of(), "X", "hex"),
            clock);
  }

  private String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  private static String stateOf(HealthIndicator indicator) {
    return indicator.health().getStatus().getCode();
  }
}
