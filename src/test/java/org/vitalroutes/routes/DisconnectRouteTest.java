package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.accounts.ReconnectRequiredException;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.store.NotConnectedException;
import org.vitalroutes.testsupport.MeasureReply;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.withings.WithingsCall;

class DisconnectRouteTest {

  private static final RouteFixture fixture =
      RouteFixture.of("disconnect", "withings-oauth", "withings-subscriptions");
  private static final Map<String, Object> PATH = Map.of("provider", "withings");
  private static final UUID ID = Requests.ACCOUNT.id();
  private static final AccountRef SECOND =
      new AccountRef(new UUID(0, 9), "withings", "someone", "4712", null);

  @BeforeEach
  void forget() {
    fixture.forget();
    when(fixture.accounts.openOf("someone")).thenReturn(List.of(Requests.ACCOUNT));
    when(fixture.subscriptions.active(ID)).thenReturn(List.of(1, 4));
    fixture.neighbour("direct:tokens-call").answers(MeasureReply.tree("{}"));
    fixture.neighbour("direct:call").answers(MeasureReply.tree("{\"nonce\": \"the-nonce\"}"));
  }

  @AfterEach
  void signOut() {
    SecurityContextHolder.clearContext();
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  // ── A caller ends it ──────────────────────────────────────────────────────────────────────────

  @Test
  void a_disconnect_unsubscribes_then_revokes_then_ends_the_account() {
    signIn("someone");

    JsonNode receipt = disconnect();

    assertThat(outcomes(receipt))
        .containsExactly(
            "unsubscribe 1 done",
            "unsubscribe 4 done",
            "revoke done",
            "destroy_tokens done",
            "cancel_work done",
            "keep_data kept");
    assertThat(receipt.path("status").asText()).isEqualTo("disconnected");
    assertThat(receipt.at("/accounts/0/account").asText()).isEqualTo(ID.toString());
    assertThat(RouteFixture.bodies(fixture.neighbour("direct:tokens-call"), WithingsCall.class))
        .extracting(call -> call + " " + call.fields().get("appli"))
        .containsExactly("/notify revoke 1", "/notify revoke 4");
    assertThat(RouteFixture.bodies(fixture.neighbour("direct:call"), WithingsCall.class))
        .extracting(WithingsCall::toString)
        .containsExactly("/v2/signature getnonce", "/v2/oauth2 revoke");
    assertThat(
            RouteFixture.bodies(fixture.neighbour("direct:call"), WithingsCall.class)
                .get(1)
                .fields())
        .containsEntry("userid", "4711")
        .containsEntry("nonce", "the-nonce")
        .containsKey("signature");
    verify(fixture.accounts).end(ID, Actor.of("someone"), false, OnDisconnect.KEEP);
  }

  @ParameterizedTest
  @CsvSource({"mark, true, mark_data queued", "delete, false, delete_data done"})
  void the_receipt_says_what_becomes_of_the_data(String setting, boolean toDo, String step) {
    try (RouteFixture set =
        RouteFixture.of(
            new TestSettings().set("ON_DISCONNECT", setting),
            "disconnect",
            "withings-oauth",
            "withings-subscriptions")) {
      signIn("someone");
      when(set.accounts.openOf("someone")).thenReturn(List.of(Requests.ACCOUNT));
      when(set.accounts.end(any(), any(), anyBoolean(), any())).thenReturn(toDo);
      set.neighbour("direct:call").answers(MeasureReply.tree("{\"nonce\": \"the-nonce\"}"));

      Exchange answer = set.send("direct:disconnect-accounts", null, PATH, Map.of());

      assertThat(outcomes(MeasureReply.tree(answer.getMessage().getBody(String.class))))
          .endsWith("cancel_work done", step);
      verify(set.accounts).end(ID, Actor.of("someone"), false, OnDisconnect.of(setting));
    }
  }

  @Test
  void each_account_of_a_caller_is_ended() {
    signIn("someone");
    when(fixture.accounts.openOf("someone")).thenReturn(List.of(Requests.ACCOUNT, SECOND));

    JsonNode receipt = disconnect();

    assertThat(receipt.path("accounts")).hasSize(2);
    verify(fixture.accounts).end(ID, Actor.of("someone"), false, OnDisconnect.KEEP);
    verify(fixture.accounts).end(SECOND.id(), Actor.of("someone"), false, OnDisconnect.KEEP);
  }

  @Test
  void a_caller_without_accounts_has_nothing_to_end() {
    signIn("another");

    JsonNode receipt = disconnect();

    assertThat(receipt.path("status").asText()).isEqualTo("disconnected");
    assertThat(receipt.path("accounts").isArray()).isTrue();
    assertThat(receipt.path("accounts")).isEmpty();
    assertThat(fixture.neighbour("direct:call").seen()).isEmpty();
    verify(fixture.accounts, never()).end(any(), any(), anyBoolean(), any());
  }

  @Test
  void an_account_that_has_no_subscriptions_is_ended_all_the_same() {
    signIn("someone");
    when(fixture.subscriptions.active(ID)).thenReturn(List.of());

    assertThat(outcomes(disconnect()))
        .containsExactly(
            "revoke done", "destroy_tokens done", "cancel_work done", "keep_data kept");
  }

  @Test
  void a_call_without_a_token_ends_nothing() {
    Exchange answer = fixture.send("direct:disconnect-accounts", null, PATH, Map.of());

    assertThat(answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(401);
    verifyNoInteractions(fixture.accounts);
  }

  // ── What fails ────────────────────────────────────────────────────────────────────────────────

  @ParameterizedTest
  @MethodSource
  void an_unsubscribe_that_fails_is_in_the_receipt_and_stops_nothing(
      Exception failure, String outcome) {
    signIn("someone");
    fixture.neighbour("direct:tokens-call").forget();
    fixture.neighbour("direct:tokens-call").fails(failure).answers(MeasureReply.tree("{}"));

    assertThat(outcomes(disconnect()))
        .startsWith("unsubscribe 1 " + outcome, "unsubscribe 4 done", "revoke done");
    verify(fixture.accounts).end(ID, Actor.of("someone"), false, OnDisconnect.KEEP);
  }

  static Stream<Arguments> an_unsubscribe_that_fails_is_in_the_receipt_and_stops_nothing() {
    return Stream.of(
        Arguments.of(new ProviderRefusedException(286, "refused"), "already_gone"),
        Arguments.of(new ProviderRefusedException(294, "refused"), "already_gone"),
        Arguments.of(new ProviderRefusedException(293, "refused"), "failed"),
        Arguments.of(new ProviderUnavailableException("later", null), "failed"),
        Arguments.of(new ReconnectRequiredException(ID), "failed"),
        Arguments.of(new NotConnectedException(ID), "failed"));
  }

  @Test
  void a_revocation_that_fails_is_queued_and_the_tokens_are_destroyed_all_the_same() {
    signIn("someone");
    fixture.neighbour("direct:call").forget();
    fixture
        .neighbour("direct:call")
        .answers(MeasureReply.tree("{\"nonce\": \"the-nonce\"}"))
        .fails(new ProviderUnavailableException("later", null));

    assertThat(outcomes(disconnect()))
        .endsWith("revoke queued", "destroy_tokens done", "cancel_work done", "keep_data kept");
    verify(fixture.accounts).end(ID, Actor.of("someone"), true, OnDisconnect.KEEP);
  }

  @Test
  void a_failure_of_ours_is_a_problem_that_says_nothing_of_it() {
    signIn("someone");
    doThrow(new DataAccessResourceFailureException("Anna"))
        .when(fixture.accounts)
        .end(any(), any(), anyBoolean(), any());

    Exchange answer = fixture.send("direct:disconnect-accounts", null, PATH, Map.of());

    assertThat(answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class))
        .isGreaterThanOrEqualTo(500);
    assertThat(answer.getMessage().getBody(String.class))
        .contains("\"code\"")
        .doesNotContain("Anna");
  }

  // ── Revocations that Withings has not accepted
  // ────────────────────────────────────────────────────────────

  @Test
  void a_revocation_is_sent_again_until_withings_accepts_it() {
    when(fixture.accounts.pendingRevocations()).thenReturn(List.of(Requests.ACCOUNT, SECOND));
    when(fixture.accounts.mayRevoke(any())).thenReturn(true);
    fixture.neighbour("direct:call").forget();
    fixture
        .neighbour("direct:call")
        .fails(new ProviderUnavailableException("later", null))
        .answers(MeasureReply.tree("{\"nonce\": \"the-nonce\"}"));

    Exchange look = fixture.send("direct:disconnect-again", null);

    assertThat(look.getException()).isNull();
    verify(fixture.accounts, never()).recordRevoked(ID);
    verify(fixture.accounts).recordRevoked(SECOND.id());
  }

  @Test
  void a_scheduled_run_that_fails_leaves_the_work_to_the_next() {
    when(fixture.accounts.mayRevoke(any())).thenReturn(true);
    when(fixture.accounts.pendingRevocations())
        .thenThrow(new DataAccessResourceFailureException("Anna"));

    assertThat(fixture.send("direct:disconnect-again", null).getException()).isNull();
    assertThat(fixture.neighbour("direct:call").seen()).isEmpty();
  }

  private static JsonNode disconnect() {
    Exchange answer = fixture.send("direct:disconnect-accounts", null, PATH, Map.of());
    assertThat(answer.getException()).isNull();
    assertThat(answer.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("application/json");
    return MeasureReply.tree(answer.getMessage().getBody(String.class));
  }

  /** The steps of the first receipt, a line each. */
  private static List<String> outcomes(JsonNode receipt) {
    return receipt.at("/accounts/0/steps").findParents("step").stream()
        .map(
            step ->
                Stream.of("step", "appli", "outcome")
                    .filter(step::has)
                    .map(field -> step.path(field).asText())
                    .collect(Collectors.joining(" ")))
        .toList();
  }

  private static void signIn(String subject) {
    Jwt jwt = Jwt.withTokenValue("x").header("alg", "none").subject(subject).build();
    SecurityContextHolder.getContext().setAuthentication(new JwtAuthenticationToken(jwt));
  }
}
