package org.vitalroutes.smart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.fhir.wire.NoTokenException;
import org.vitalroutes.simulator.MovableClock;
import org.vitalroutes.testsupport.TricklingServer;

class SmartTokensTest {

  private static final Duration WHOLE_CALL = Duration.ofSeconds(1);
  private static final Duration FAR_LESS_THAN_A_TRICKLE = Duration.ofSeconds(6);

  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-30T08:00:00Z"));

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_answer_that_trickles_is_ended_by_discovery_and_token_endpoint_alike(boolean discovery)
      throws Exception {
    try (TricklingServer server =
        new TricklingServer(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")) {
      SmartTokens tokens = tokens(server.url(), discovery ? "" : server.url(), Clock.systemUTC());
      Instant begun = Instant.now();

      assertThatThrownBy(tokens::authorization).isInstanceOf(NoTokenException.class);

      assertThat(Duration.between(begun, Instant.now())).isLessThan(FAR_LESS_THAN_A_TRICKLE);
    }
  }

  @Test
  void threads_that_waited_for_a_request_that_failed_fail_with_it() throws Exception {
    try (TricklingServer server = new TricklingServer("HTTP/1.1 200 OK\r\n")) {
      SmartTokens tokens = tokens(server.url(), server.url(), Clock.systemUTC());
      ExecutorService threads = Executors.newFixedThreadPool(10);
      Instant begun = Instant.now();
      List<Future<Boolean>> waiting = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        waiting.add(threads.submit(() -> fails(tokens)));
      }

      for (Future<Boolean> each : waiting) {
        assertThat(each.get()).isTrue();
      }
      threads.shutdown();

      assertThat(Duration.between(begun, Instant.now())).isLessThan(FAR_LESS_THAN_A_TRICKLE);
    }
  }

  @Test
  void a_token_is_used_to_its_end_while_there_is_no_other() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean first = asked.incrementAndGet() == 1;
          byte[] body =
              (first
                      ? "{\"access_token\":\"one\",\"token_type\":\"bearer\",\"expires_in\":300}"
                      : "{}")
                  .getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(first ? 200 : 503, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://localhost:" + server.getAddress().getPort() + "/";
      SmartTokens tokens = tokens(url, url, clock);

      assertThat(tokens.authorization()).isEqualTo("Bearer one");
      clock.advance(Duration.ofSeconds(239));
      assertThat(tokens.authorization()).isEqualTo("Bearer one");
      assertThat(asked).hasValue(1);
      clock.advance(Duration.ofSeconds(2));
      assertThat(tokens.authorization()).isEqualTo("Bearer one");
      assertThat(tokens.authorization()).isEqualTo("Bearer one");
      assertThat(asked).hasValue(2);
      clock.advance(Duration.ofSeconds(60));
      assertThatThrownBy(tokens::authorization)
          .hasMessage("no access token: the token endpoint answers HTTP 503");
    } finally {
      server.stop(0);
    }
  }

  /** The endpoint is told our credentials. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "/token",
        "http:///token",
        "http://someone@id.example.org/token",
        "http://id.example.org/{token}",
        "not a URL"
      })
  void a_token_endpoint_that_is_no_url_is_a_failure_with_a_name(String endpoint) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = ("{\"token_endpoint\": \"" + endpoint + "\"}").getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://localhost:" + server.getAddress().getPort();

      assertThatThrownBy(() -> tokens(url, "", Clock.systemUTC()).authorization())
          .isInstanceOf(NoTokenException.class)
          .hasMessageContaining("names no token_endpoint that can be used");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_fhir_server_behind_tls_cannot_have_our_credentials_sent_in_clear() {
    String fhir = "https://fhir.example.org/fhir";

    assertThat(SmartTokens.isUsable("http://id.example.org/token", fhir)).isFalse();
    assertThat(SmartTokens.isUsable("https://id.example.org/token", fhir)).isTrue();
    assertThat(SmartTokens.isUsable("http://id.example.org/token", "http://hapi:8080/fhir"))
        .isTrue();
  }

  private static boolean fails(SmartTokens tokens) {
    try {
      tokens.authorization();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static SmartTokens tokens(String serverUrl, String tokenUrl, Clock clock) {
    return new SmartTokens(
        serverUrl,
        new SmartTokens.Client("vitalroutes", "a secret", "system/Patient.crs", tokenUrl),
        SmartKeys.none(),
        null,
        clock,
        WHOLE_CALL);
  }
}
