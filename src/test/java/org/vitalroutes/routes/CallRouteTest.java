package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.provider.ProviderThrottledException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Destination;
import org.vitalroutes.sync.PreemptedException;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.withings.TooLongException;
import org.vitalroutes.withings.WithingsCall;

@Order(1)
class CallRouteTest {

  private static final LoopbackServer withings = new LoopbackServer();
  private static final LoopbackServer elsewhere = new LoopbackServer();
  private static final RouteFixture fixture =
      RouteFixture.of("call", new TestSettings().set("WITHINGS_API_URL", withings.url()));
  private static final WithingsCall CALL =
      WithingsCall.of("/measure", "getmeas").with("category", "1");

  @BeforeEach
  void forget() {
    fixture.forget();
    withings.forget();
    elsewhere.forget();
    withings.answers("{\"status\": 0}");
  }

  @AfterAll
  static void close() {
    fixture.close();
    withings.close();
    elsewhere.close();
  }

  // ── One call ──────────────────────────────────────────────────────────────────────────────────

  @Test
  void a_call_carries_what_it_needs_and_nothing_else() {
    Exchange called =
        fixture.send(
            "direct:call",
            CALL.bearing("the-token"),
            Map.of("patient", "Anna", "Cookie", "a=b", "X-Forwarded-For", "10.0.0.1"),
            Map.of("token", "another-token"));

    assertThat(called.getException()).isNull();
    assertThat(withings.requests())
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.headers().keySet())
                  .isSubsetOf(
                      "Accept-encoding",
                      "Authorization",
                      "Connection",
                      "Content-length",
                      "Content-type",
                      "Host",
                      "Transfer-encoding",
                      "User-agent");
              assertThat(call.headers().getFirst("Authorization")).isEqualTo("Bearer the-token");
              assertThat(call.headers().getFirst("Content-type"))
                  .startsWith("application/x-www-form-urlencoded");
              assertThat(call.body()).isEqualTo("action=getmeas&category=1");
            });
  }

  @Test
  void the_bearer_is_gone_after_the_call() {
    Exchange called = fixture.send("direct:call", CALL.bearing("the-token"));
    withings.forget();
    withings.answers(503, Map.of(), "");
    Exchange failed = fixture.send("direct:call", CALL.bearing("the-token"));

    assertThat(List.of(called, failed))
        .allSatisfy(
            each -> {
              assertThat(each.getMessage().getHeaders()).doesNotContainKey("Authorization");
              assertThat(each.getMessage().getHeaders().values())
                  .noneMatch(value -> String.valueOf(value).contains("the-token"));
            });
  }

  @Test
  void a_call_without_a_token_bears_none() {
    fixture.send("direct:call", CALL, Map.of("Authorization", "Bearer of another"), Map.of());

    assertThat(withings.requests())
        .singleElement()
        .satisfies(call -> assertThat(call.headers()).doesNotContainKey("Authorization"));
  }

  /** CVE-2025-27636 and CVE-2026-78164: headers of the message that steer Camel's HTTP producer. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CamelHttpUri",
        "CamelRestHttpUri",
        "CamelHttpBaseUri",
        "CamelHttpHost",
        "CAMELHTTPURI",
        "camelhttpuri"
      })
  void a_message_cannot_send_the_call_elsewhere(String header) {
    fixture.send(
        "direct:call",
        CALL.bearing("the-token"),
        Map.of(header, elsewhere.url() + "/{{withings.client-secret}}"),
        Map.of());

    assertThat(elsewhere.requests()).isEmpty();
    assertThat(withings.requests())
        .extracting(LoopbackServer.Request::uri)
        .containsExactly("/measure");
  }

  @Test
  void a_message_cannot_change_path_query_or_method() {
    Map<String, Object> steering = new LinkedHashMap<>();
    steering.put("CamelHttpPath", "/v2/oauth2");
    steering.put("CamelHttpQuery", "action=revoke");
    steering.put("CamelHttpRawQuery", "action=revoke");
    steering.put("CamelRestHttpQuery", "action=revoke");
    steering.put("CamelHttpMethod", "DELETE");
    steering.put("Host", "example.org");
    steering.put("Content-Type", "application/json");

    fixture.send("direct:call", CALL.bearing("the-token"), steering, Map.of());

    assertThat(withings.requests())
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.method()).isEqualTo("POST");
              assertThat(call.uri()).isEqualTo("/measure");
              assertThat(call.headers().getFirst("Host")).startsWith("localhost:");
              assertThat(call.headers().getFirst("Content-type"))
                  .startsWith("application/x-www-form-urlencoded");
            });
  }

  /** CVE-2026-85251: credentials that follow a redirect to another host. */
  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void a_redirect_is_not_followed(int status) {
    withings.forget();
    withings.answers(status, Map.of("Location", elsewhere.url() + "/measure"), "");

    Exchange called = fixture.send("direct:call", CALL.bearing("the-token"));

    assertThat(elsewhere.requests()).isEmpty();
    assertThat(withings.requests()).hasSize(1);
    assertThat(called.getException())
        .isInstanceOf(ProviderUnavailableException.class)
        .hasMessage("Withings answered HTTP " + status);
  }

  @Test
  void a_withings_that_is_not_there_is_named_so() {
    try (RouteFixture alone =
        RouteFixture.of("call", new TestSettings().set("WITHINGS_API_URL", "http://localhost:1"))) {
      Exchange failed = alone.send("direct:call", CALL);

      assertThat(failed.getException())
          .isInstanceOf(ProviderUnavailableException.class)
          .hasMessage("Withings not reached: HttpHostConnectException");
      verify(alone.budget).answered(RouteFixture.PERMIT);
    }
  }

  @Test
  void a_code_is_exchanged_all_the_same_as_its_user_waits() {
    down(Destination.WITHINGS);

    fixture.send(
        "direct:call", WithingsCall.of("/v2/oauth2", "requesttoken").with("code", "the-code"));

    assertThat(withings.requests()).hasSize(1);
  }

  @Test
  void a_call_is_counted_until_it_is_answered() {
    fixture.send("direct:call", CALL);

    verify(fixture.budget).take(Priority.CONNECTION);
    verify(fixture.budget).answered(RouteFixture.PERMIT);
  }

  @Test
  void a_call_that_fails_is_answered_too() {
    withings.forget();
    withings.answers(503, Map.of(), "");

    Exchange failed = fixture.send("direct:call", CALL);

    assertThat(failed.getException()).isInstanceOf(ProviderUnavailableException.class);
    verify(fixture.budget).answered(RouteFixture.PERMIT);
    verify(fixture.budget, never()).pause(any(), any(), anyBoolean());
  }

  @Test
  void a_call_waits_for_the_budget() {
    when(fixture.budget.take(any()))
        .thenReturn(Optional.empty(), Optional.empty(), Optional.of(RouteFixture.PERMIT));

    assertThat(fixture.send("direct:call", CALL).getException()).isNull();

    verify(fixture.budget, times(3)).take(Priority.CONNECTION);
    assertThat(withings.requests()).hasSize(1);
  }

  @Test
  void an_answer_without_end_is_not_read_to_its_end() {
    withings.answersWithoutEnd(200L * 1024 * 1024);

    Exchange called = fixture.send("direct:call", CALL);

    assertThat(called.getException())
        .isInstanceOf(ProviderUnavailableException.class)
        .hasMessage("Withings answered without end");
    assertThat(withings.sent()).isLessThan(2 * TooLongException.LONGEST);
    assertThat(fixture.breakers.open()).isEmpty();
  }

  @Test
  void an_answer_as_long_as_allowed_is_read() {
    withings.forget();
    withings.answers("{\"status\": 0, \"x\": \"" + "x".repeat(15 * 1024 * 1024) + "\"}");

    assertThat(fixture.send("direct:call", CALL).getException()).isNull();
  }

  @Test
  void while_withings_is_down_it_is_not_called() {
    down(Destination.WITHINGS);

    Exchange called = fixture.send("direct:call", CALL);

    assertThat(called.getException()).isInstanceOf(ProviderThrottledException.class);
    assertThat(withings.requests()).isEmpty();
    verify(fixture.budget, never()).take(any());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"status\": 293}",
        "{\"status\": 601}",
        "{\"status\": 524}",
        "{\"status\": 401}"
      })
  void a_refusal_of_withings_is_an_answer_to_the_breaker(String reply) {
    withings.forget();
    withings.answers(reply);

    for (int i = 0; i < 12; i++) {
      assertThat(fixture.send("direct:call", CALL).getException()).isNotNull();
    }

    assertThat(withings.requests()).hasSize(12);
    assertThat(fixture.breakers.open()).isEmpty();
  }

  @Test
  void too_many_calls_pause_all() {
    withings.forget();
    withings.answers("{\"status\": 601}");

    Exchange called = of(Requests.ofDay());

    assertThat(called.getException()).isInstanceOf(ProviderThrottledException.class);
    verify(fixture.budget).take(Priority.LIVE);
    verify(fixture.budget).pause(RouteFixture.PERMIT, Duration.ofMinutes(1), false);
    verify(fixture.budget).answered(RouteFixture.PERMIT);
  }

  @Test
  void a_history_that_waits_for_the_budget_yields_to_a_notification() {
    SyncRequest history = Requests.atPriority(Priority.BACKFILL, DataKind.MEASURES);
    when(fixture.budget.take(any())).thenReturn(Optional.empty());
    doThrow(new PreemptedException(history)).when(fixture.requests).yieldToHigherPriority(history);

    assertThat(of(history).getException()).isInstanceOf(PreemptedException.class);

    assertThat(withings.requests()).isEmpty();
  }

  @Test
  void a_call_for_which_no_permit_comes_free_is_not_made() {
    try (RouteFixture impatient =
        RouteFixture.of(
            "call",
            new TestSettings()
                .set("WITHINGS_API_URL", withings.url())
                .set("FETCH_BUDGET_TIMEOUT", "PT0.01S"))) {
      when(impatient.budget.take(any())).thenReturn(Optional.empty());

      Exchange called = impatient.send("direct:call", CALL);

      assertThat(called.getException()).isInstanceOf(ProviderThrottledException.class);
      verify(impatient.budget, never()).pause(any(), any(), anyBoolean());
    }
    assertThat(withings.requests()).isEmpty();
  }

  private static Exchange of(SyncRequest request) {
    return fixture.send("direct:call", CALL, Map.of(), Map.of("request", request));
  }

  private static void down(Destination destination) {
    for (int i = 0; i < 10; i++) {
      fixture.breakers.of(destination).failed("not reached", null);
    }
  }

  // ── The envelope ──────────────────────────────────────────────────────────────────────────────

  @Test
  void status_0_leaves_the_body_and_none_of_the_replys_headers() {
    Exchange called =
        call(200, "{\"status\": 0, \"body\": {\"more\": 0}}", Map.of("Set-Cookie", "a=b"));

    assertThat(called.getException()).isNull();
    assertThat(called.getMessage().getBody()).isInstanceOf(JsonNode.class);
    assertThat(called.getMessage().getBody()).hasToString("{\"more\":0}");
    assertThat(called.getMessage().getHeaders()).isEmpty();
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
    "404, 0, ProviderUnavailableException",
    "302, 0, ProviderUnavailableException",
  })
  void another_status_is_a_failure(int http, int status, String failure) {
    assertThat(call(http, "{\"status\": " + status + "}", Map.of()).getException())
        .extracting(thrown -> thrown.getClass().getSimpleName())
        .isEqualTo(failure);
  }

  @Test
  void the_wait_that_withings_requests_is_kept() {
    assertThat(call(429, "", Map.of("Retry-After", "7")).getException())
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
  void a_reply_that_is_no_json_is_a_failure_that_is_retried(String reply) {
    Exception failure = call(200, reply, Map.of()).getException();

    assertThat(failure).isInstanceOfAny(JacksonException.class, ProviderUnavailableException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1_001, 100_000})
  void a_reply_that_is_nested_too_deep_is_a_failure_that_is_retried(int depth) {
    String reply = "{\"status\": 0, \"body\": " + "[".repeat(depth) + "]".repeat(depth) + "}";

    assertThat(call(200, reply, Map.of()).getException())
        .isInstanceOf(ProviderUnavailableException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"status\": NaN}", "{\"status\": 1e999}", "{\"status\": 0, \"x\": Infinity}"})
  void a_reply_with_a_bad_number_is_a_failure_that_is_retried(String reply) {
    assertThat(call(200, reply, Map.of()).getException())
        .isInstanceOfAny(JacksonException.class, ProviderUnavailableException.class);
  }

  @Test
  void of_a_key_that_comes_twice_the_last_counts() {
    assertThat(
            call(200, "{\"status\": 2555, \"body\": {}, \"status\": 0}", Map.of()).getException())
        .isNull();
    assertThat(call(200, "{\"status\": 0, \"body\": {}, \"status\": 601}", Map.of()).getException())
        .isInstanceOf(ProviderUnavailableException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "null", "\"ok\""})
  void a_reply_that_is_no_envelope_is_a_failure_that_is_retried(String reply) {
    Exception failure = call(200, reply, Map.of()).getException();

    assertThat(failure).isInstanceOfAny(JacksonException.class, ProviderUnavailableException.class);
  }

  private static Exchange call(int http, String reply, Map<String, String> headers) {
    withings.forget();
    withings.answers(http, headers, reply);
    return fixture.send("direct:call", CALL);
  }
}
