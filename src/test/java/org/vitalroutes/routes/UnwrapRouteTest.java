package org.vitalroutes.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.provider.ProviderUnavailableException;

class UnwrapRouteTest {

  private static final RouteFixture fixture = RouteFixture.of("unwrap");

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  void status_0_leaves_the_body_and_none_of_the_replys_headers() {
    Exchange unwrapped =
        unwrap(200, "{\"status\": 0, \"body\": {\"more\": 0}}", Map.of("Set-Cookie", "a=b"));

    assertThat(unwrapped.getException()).isNull();
    assertThat(unwrapped.getMessage().getBody()).isInstanceOf(JsonNode.class);
    assertThat(unwrapped.getMessage().getBody()).hasToString("{\"more\":0}");
    assertThat(unwrapped.getMessage().getHeaders()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "200, 601, ProviderThrottledException",
    "200, 522, ProviderUnavailableException",
    "200, 401, ProviderUnauthorizedException",
    "200, 293, ProviderRefusedException",
    "200, 503, ProviderRefusedException",
    "401, 0, ProviderUnauthorizedException",
    "429, 0, ProviderThrottledException",
    "503, 0, ProviderUnavailableException",
    "404, 0, ProviderRefusedException",
    "302, 0, ProviderRefusedException",
  })
  void another_status_is_a_failure(int http, int status, String failure) {
    assertThat(unwrap(http, "{\"status\": " + status + "}", Map.of()).getException())
        .extracting(thrown -> thrown.getClass().getSimpleName())
        .isEqualTo(failure);
  }

  @Test
  void the_wait_that_withings_asks_for_goes_along() {
    assertThat(unwrap(429, "", Map.of("Retry-After", "7")).getException())
        .isInstanceOfSatisfying(
            ProviderUnavailableException.class,
            failure -> assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>busy</html>",
        "{\"status\": 0,",
        "\u0000",
        // In no encoding of Unicode, as fuzzing found.
        "\u0000\u0000\u0000{\u007f\u007f\u007f\u007f",
      })
  void what_is_no_json_is_a_failure_that_is_tried_again(String reply) {
    Exception failure = unwrap(200, reply, Map.of()).getException();

    assertThat(failure).isInstanceOfAny(JacksonException.class, ProviderUnavailableException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1_001, 100_000})
  void what_is_nested_too_deep_is_a_failure_that_is_tried_again(int depth) {
    String reply = "{\"status\": 0, \"body\": " + "[".repeat(depth) + "]".repeat(depth) + "}";

    assertThat(unwrap(200, reply, Map.of()).getException())
        .isInstanceOf(ProviderUnavailableException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"status\": NaN}", "{\"status\": 1e999}", "{\"status\": 0, \"x\": Infinity}"})
  void what_is_no_number_is_a_failure_that_is_tried_again(String reply) {
    assertThat(unwrap(200, reply, Map.of()).getException())
        .isInstanceOfAny(JacksonException.class, ProviderUnavailableException.class);
  }

  @Test
  void of_a_key_that_comes_twice_the_last_counts() {
    assertThat(
            unwrap(200, "{\"status\": 2555, \"body\": {}, \"status\": 0}", Map.of()).getException())
        .isNull();
    assertThat(
            unwrap(200, "{\"status\": 0, \"body\": {}, \"status\": 601}", Map.of()).getException())
        .isInstanceOf(ProviderUnavailableException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "null", "\"ok\""})
  void what_is_no_envelope_is_a_failure_that_is_tried_again(String reply) {
    Exception failure = unwrap(200, reply, Map.of()).getException();

    assertThat(failure).isInstanceOfAny(JacksonException.class, ProviderUnavailableException.class);
  }

  private static Exchange unwrap(int http, String reply, Map<String, Object> more) {
    Map<String, Object> headers = new LinkedHashMap<>(more);
    headers.put(Exchange.HTTP_RESPONSE_CODE, http);
    return fixture.send("direct:unwrap", reply.getBytes(UTF_8), headers, Map.of());
  }
}
