package org.vitalroutes.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.isNull;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.InOrder;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.vitalroutes.accounts.AccountPatient;
import org.vitalroutes.accounts.AccountView;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.testsupport.MeasureReply;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.World;
import org.vitalroutes.withings.WithingsCall;

class ConnectRouteTest {

  private static final RouteFixture fixture =
      RouteFixture.of(
          new TestSettings().set("CONNECT_CONFIRM", "false"),
          "connect",
          "withings-oauth",
          "withings-subscriptions");
  private static final String APP = TestSettings.APP_REDIRECT_URI;
  private static final OAuthState STATE = new OAuthState("withings", "someone", null, APP);
  private static final JsonNode GRANT =
      MeasureReply.tree(
          """
          {"userid": 4711, "access_token": "the-access", "refresh_token": "the-refresh",
           "expires_in": 10800, "scope": "user.metrics"}
          """);

  @BeforeEach
  void forget() {
    fixture.forget();
    when(fixture.states.consume("the-state")).thenReturn(Optional.of(STATE));
    when(fixture.accounts.connect(any(), any())).thenReturn(Requests.ACCOUNT);
    when(fixture.accounts.scopes(any())).thenReturn(List.of("user.metrics"));
    fixture.neighbour("direct:call").answers(GRANT);
    fixture.neighbour("direct:tokens-call").answers(MeasureReply.tree("{}"));
  }

  @AfterEach
  void signOut() {
    SecurityContextHolder.clearContext();
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  // ── The API ───────────────────────────────────────────────────────────────────────────────────

  @Test
  void a_connection_begins_with_a_url_and_a_state() {
    signIn("someone");

    Exchange answer = initiate("{\"redirect_uri\": \"" + APP + "\"}");

    assertAnswered(answer, 200, "application/json");
    JsonNode start = MeasureReply.tree(answer.getMessage().getBody(String.class));
    verify(fixture.states).store(start.path("state").asText(), STATE);
    assertThat(start.path("authorization_url").asText())
        .contains("response_type=code")
        .contains("state=" + start.path("state").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"redirect_uri\": \"http://localhost:3000/connected/\"}",
        "{\"redirect_uri\": \"https://evil.example/\"}",
        "{\"redirect_uri\": null}",
        "{}"
      })
  void a_redirect_uri_that_is_not_allowed_to_the_letter_is_refused(String request) {
    signIn("someone");

    Exchange answer = initiate(request);

    assertProblem(answer, 400, "redirect_uri_not_allowed");
    verifyNoInteractions(fixture.states);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "\"text\"", "redirect_uri=x"})
  void a_body_that_is_no_json_object_is_refused(String request) {
    signIn("someone");

    assertProblem(initiate(request), 400, "invalid_json");
  }

  @Test
  void a_call_without_a_token_is_refused() {
    assertProblem(initiate("{}"), 401, "unauthenticated");
    assertProblem(fixture.send("direct:connect-list", null), 401, "unauthenticated");
    verifyNoInteractions(fixture.accounts);
  }

  @Test
  void a_caller_sees_accounts_of_their_own() {
    signIn("someone");
    when(fixture.views.of("someone"))
        .thenReturn(
            List.of(
                new AccountView(
                    Requests.ACCOUNT.id(),
                    "withings",
                    "connected",
                    List.of("user.metrics"),
                    Instant.EPOCH,
                    AccountPatient.matched("p1"),
                    Map.of(),
                    Map.of(1, "active"))));

    Exchange answer =
        fixture.send("direct:connect-list", null, Map.of("Authorization", "Bearer x"), Map.of());

    assertAnswered(answer, 200, "application/json");
    assertThat(answer.getMessage().getBody(String.class))
        .contains("\"provider\":\"withings\"")
        .doesNotContain("4711");
  }

  @Test
  void a_failure_of_ours_is_a_problem_that_says_nothing_of_it() {
    signIn("someone");
    when(fixture.views.of(anyString())).thenThrow(new IllegalStateException("Anna"));

    Exchange answer = fixture.send("direct:connect-list", null);

    assertProblem(answer, 500, "internal_error");
    assertThat(answer.getMessage().getBody(String.class)).doesNotContain("Anna");
  }

  @Test
  void an_answer_that_cannot_be_written_is_not_the_callers_fault() {
    signIn("someone");
    when(fixture.views.of(anyString()))
        .thenAnswer(
            call -> {
              throw InvalidDefinitionException.from((JsonGenerator) null, "Anna", (JavaType) null);
            });

    assertProblem(fixture.send("direct:connect-list", null), 500, "internal_error");
  }

  // ── The browser comes back ────────────────────────────────────────────────────────────────────

  @Test
  void a_code_connects_the_account_and_sends_the_browser_on() {
    Exchange answer = callback(Map.of("state", "the-state", "code", "the-code"));

    assertRedirected(answer, APP + "?status=connected&state=the-state");
    assertThat(RouteFixture.bodies(fixture.neighbour("direct:call"), WithingsCall.class))
        .singleElement()
        .satisfies(call -> assertThat(call.fields()).containsEntry("code", "the-code"));
    verify(fixture.accounts).connect(eq(STATE), any());
    verify(fixture.requests)
        .fill(eq(Requests.ACCOUNT.id()), eq(DataKind.MEASURES), eq(Priority.CONNECTION), any());
    for (int appli : new int[] {1, 2, 4, 54, 58}) {
      verify(fixture.subscriptions).record(Requests.ACCOUNT.id(), appli, null);
    }
    verify(fixture.subscriptions, never()).record(any(), eq(44), any());
  }

  @Test
  void a_history_whose_newest_slice_is_long_waits_until_the_shorter_ones_have_begun() {
    when(fixture.accounts.scopes(any())).thenReturn(List.of("user.metrics", "user.activity"));

    callback(Map.of("state", "the-state", "code", "the-code"));

    InOrder begun = inOrder(fixture.requests);
    for (DataKind kind : List.of(DataKind.ACTIVITY, DataKind.SLEEP, DataKind.WORKOUTS)) {
      begun.verify(fixture.requests).fill(any(), eq(kind), eq(Priority.CONNECTION), any());
    }
  }

  @Test
  void a_subscription_that_fails_does_not_undo_the_connection() {
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .answers(MeasureReply.tree("{\"profiles\": []}"))
        .fails(new ProviderRefusedException(293, "Withings answered status 293"))
        .answers(MeasureReply.tree("{}"));

    Exchange answer = callback(Map.of("state", "the-state", "code", "the-code"));

    assertRedirected(answer, APP + "?status=connected&state=the-state");
    verify(fixture.subscriptions).record(Requests.ACCOUNT.id(), 1, "Withings answered status 293");
    verify(fixture.subscriptions).record(eq(Requests.ACCOUNT.id()), eq(2), isNull());
  }

  @Test
  void what_is_subscribed_already_is_left_alone_and_an_older_url_of_ours_is_replaced() {
    when(fixture.callbacks.has(any(), any())).thenReturn(true);
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .answers(
            MeasureReply.tree(
                """
                {"profiles": [
                  {"appli": 1, "callbackurl": "%s", "comment": "Vitalroutes"},
                  {"appli": 2, "callbackurl": "%s", "comment": "Vitalroutes"}]}
                """
                    .formatted(
                        "http://localhost:8080" + World.signedPath(4711),
                        "http://localhost:8080/webhooks/withings/4711/older")))
        .answers(MeasureReply.tree("{}"));

    subscribe();

    assertThat(RouteFixture.bodies(fixture.neighbour("direct:tokens-call"), WithingsCall.class))
        .extracting(call -> call + " " + call.fields().get("appli"))
        .containsExactly(
            "/notify list null",
            "/notify subscribe 2",
            "/notify subscribe 4",
            "/notify subscribe 54",
            "/notify subscribe 58",
            "/notify revoke 2");
    verify(fixture.subscriptions).record(Requests.ACCOUNT.id(), 1, null);
    verify(fixture.subscriptions, never()).remove(any(), anyInt());
  }

  @Test
  void an_older_url_stays_when_withings_does_not_take_the_new_one() {
    when(fixture.subscriptions.failed(Requests.ACCOUNT.id())).thenReturn(List.of(1));
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .answers(
            MeasureReply.tree(
                """
                {"profiles": [{"appli": 1, "callbackurl": "https://x/", "comment": "Vitalroutes"}]}
                """))
        .fails(new ProviderRefusedException(293, "Withings answered status 293"))
        .answers(MeasureReply.tree("{}"));

    subscribe();

    assertThat(RouteFixture.bodies(fixture.neighbour("direct:tokens-call"), WithingsCall.class))
        .extracting(call -> call.fields().get("action"))
        .doesNotContain("revoke")
        .contains("list", "subscribe");
  }

  @Test
  void a_subscription_of_ours_that_is_not_wanted_any_more_is_ended() {
    when(fixture.callbacks.has(any(), any())).thenReturn(true);
    when(fixture.accounts.scopes(any())).thenReturn(List.of());
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .answers(
            MeasureReply.tree(
                """
                {"profiles": [{"appli": 1, "callbackurl": "https://x/", "comment": "Vitalroutes"}]}
                """));

    subscribe();

    verify(fixture.subscriptions).remove(Requests.ACCOUNT.id(), 1);
  }

  @Test
  void without_withings_list_every_subscription_is_retried_later() {
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .fails(new ProviderUnavailableException("Withings answered status 601", null));

    assertThat(subscribe().getException()).isNull();

    verify(fixture.subscriptions)
        .recordFailure(
            Requests.ACCOUNT.id(), List.of(1, 2, 4, 54, 58), "Withings answered status 601");
    assertThat(fixture.neighbour("direct:tokens-call").seen()).hasSize(1);
  }

  @Test
  void a_scheduled_run_subscribes_again_what_withings_did_not_take() {
    when(fixture.subscriptions.accountsWithFailures()).thenReturn(List.of(Requests.ACCOUNT));

    assertThat(fixture.send("direct:connect-subscribe-again", null).getException()).isNull();

    verify(fixture.subscriptions).record(Requests.ACCOUNT.id(), 58, null);
  }

  @ParameterizedTest
  @CsvSource({
    "error, access_denied, access_denied",
    "error, something<script>, server_error",
    "code, '', invalid_request",
    "other, x, invalid_request",
  })
  void a_user_who_refused_goes_back_to_the_app(String name, String value, String error) {
    Exchange answer = callback(Map.of("state", "the-state", name, value));

    assertRedirected(answer, APP + "?error=" + error + "&state=the-state");
    assertThat(fixture.neighbour("direct:call").seen()).isEmpty();
    verify(fixture.accounts, never()).connect(any(), any());
  }

  @Test
  void a_code_that_withings_refuses_goes_back_to_the_app() {
    fixture.neighbour("direct:call").forget();
    fixture.neighbour("direct:call").fails(new ProviderRefusedException(503, "Anna"));

    assertRedirected(
        callback(Map.of("state", "the-state", "code", "the-code")),
        APP + "?error=invalid_grant&state=the-state");
    verify(fixture.accounts, never()).connect(any(), any());
  }

  @Test
  void an_account_of_another_user_goes_back_to_the_app() {
    when(fixture.accounts.connect(any(), any()))
        .thenThrow(new ApiException(409, "account_belongs_to_another_user", "taken"));

    assertRedirected(
        callback(Map.of("state", "the-state", "code", "the-code")),
        APP + "?error=account_belongs_to_another_user&state=the-state");
  }

  @Test
  void a_state_that_nobody_began_leads_nowhere() {
    when(fixture.states.consume(anyString())).thenReturn(Optional.empty());

    assertProblem(callback(Map.of("state", "another", "code", "the-code")), 400, "invalid_state");
    assertProblem(callback(Map.of("code", "the-code")), 400, "invalid_state");
    assertThat(fixture.neighbour("direct:call").seen()).isEmpty();
  }

  private static Exchange initiate(String json) {
    return fixture.send(
        "direct:connect-initiate",
        json.getBytes(UTF_8),
        Map.of("provider", "withings", "Authorization", "Bearer x", "Cookie", "a=b"),
        Map.of());
  }

  private static Exchange callback(Map<String, Object> query) {
    Map<String, Object> headers = new HashMap<>(query);
    headers.put("provider", "withings");
    return fixture.send("direct:connect-callback", null, headers, Map.of());
  }

  private static Exchange subscribe() {
    return fixture.send("direct:connect-subscribe", Requests.ACCOUNT);
  }

  private static void signIn(String subject) {
    Jwt jwt = Jwt.withTokenValue("x").header("alg", "none").subject(subject).build();
    SecurityContextHolder.getContext().setAuthentication(new JwtAuthenticationToken(jwt));
  }

  private static void assertRedirected(Exchange answer, String location) {
    assertAnswered(answer, 302, null);
    assertThat(answer.getMessage().getHeader("Location")).isEqualTo(location);
    assertThat(answer.getMessage().getBody(String.class)).isNullOrEmpty();
  }

  private static void assertProblem(Exchange answer, int status, String code) {
    assertAnswered(answer, status, "application/problem+json");
    JsonNode problem = MeasureReply.tree(answer.getMessage().getBody(String.class));
    assertThat(problem.path("code").asText()).isEqualTo(code);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
  }

  /** Nothing of the request goes back with the answer. */
  private static void assertAnswered(Exchange answer, Integer status, String type) {
    assertThat(answer.getException()).isNull();
    assertThat(answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class))
        .isEqualTo(status);
    assertThat(answer.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo(type);
    assertThat(answer.getMessage().getHeaders())
        .doesNotContainKeys("Authorization", "Cookie", "code", "state");
  }
}
