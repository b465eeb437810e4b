package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.vitalroutes.accounts.ReconnectRequiredException;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnauthorizedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.store.AccountTokens.AccessToken;
import org.vitalroutes.store.AccountTokens.Reencryption;
import org.vitalroutes.store.AccountTokens.RefreshRight;
import org.vitalroutes.testsupport.MeasureReply;
import org.vitalroutes.withings.WithingsCall;

class TokensRouteTest {

  private static final RouteFixture fixture = RouteFixture.of("tokens", "withings-oauth");
  private static final RefreshRight RIGHT =
      new RefreshRight(Requests.ACCOUNT.id(), 1, RouteFixture.NOW, "refresh");
  private static final JsonNode GRANT =
      MeasureReply.tree(
          """
          {"userid": 4711, "access_token": "the-access", "refresh_token": "the-refresh",
           "expires_in": 10800, "scope": "user.metrics"}
          """);
  private static final JsonNode REPLY = MeasureReply.tree("{\"measuregrps\": []}");
  private static final WithingsCall CALL = WithingsCall.of("/measure", "getmeas");

  @BeforeEach
  void forget() {
    fixture.forget();
    fixture.neighbour("direct:call").answers(GRANT);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  // ── Find and refresh
  // ────────────────────────────────────────────────────────────────────────────────────

  @Test
  void a_token_that_lives_is_used_as_it_is() {
    stored("the-token", 3600, 1);

    Exchange found = call();

    assertThat(found.getVariable("token", AccessToken.class).value()).isEqualTo("the-token");
    assertThat(calls()).extracting(WithingsCall::accessToken).containsExactly("the-token");
  }

  @Test
  void a_token_that_ends_soon_is_refreshed_and_kept_before_its_use() {
    stored("the-token", 30, 1);
    when(fixture.tokens.claimRefresh(Requests.ACCOUNT.id(), 1)).thenReturn(Optional.of(RIGHT));

    Exchange found = call();

    assertThat(found.getException()).isNull();
    assertThat(calls())
        .hasSize(2)
        .first()
        .satisfies(call -> assertThat(call.fields()).containsEntry("refresh_token", "refresh"));
    verify(fixture.tokens).store(eq(RIGHT), any());
    verify(fixture.tokens).releaseRefresh(RIGHT);
  }

  @Test
  void a_token_that_another_worker_has_refreshed_is_taken_from_the_store() {
    when(fixture.tokens.claimRefresh(any(), anyInt())).thenReturn(Optional.empty());
    stored("the-next-token", 3600, 2);

    Exchange refreshed = refresh(1);

    assertThat(refreshed.getVariable("token", AccessToken.class).value())
        .isEqualTo("the-next-token");
    assertThat(fixture.neighbour("direct:call").seen()).isEmpty();
  }

  @Test
  void while_another_worker_refreshes_the_call_is_retried_later() {
    when(fixture.tokens.claimRefresh(any(), anyInt())).thenReturn(Optional.empty());
    stored("the-token", 30, 1);

    assertThat(refresh(1).getException()).isInstanceOf(ProviderUnavailableException.class);
  }

  @Test
  void a_refresh_that_withings_refuses_ends_the_connection() {
    stored("the-token", 30, 1);
    when(fixture.tokens.claimRefresh(any(), anyInt())).thenReturn(Optional.of(RIGHT));
    fixture.neighbour("direct:call").forget();
    fixture.neighbour("direct:call").fails(new ProviderRefusedException(503, "refused"));

    assertThat(refresh(1).getException()).isInstanceOf(ReconnectRequiredException.class);
    verify(fixture.tokens).releaseRefresh(RIGHT);
    verify(fixture.tokens, never()).store(any(), any());
  }

  @Test
  void a_refusal_is_healed_by_the_previous_refresh_token() {
    stored("the-token", 30, 1);
    when(fixture.tokens.claimRefresh(any(), anyInt())).thenReturn(Optional.of(RIGHT));
    when(fixture.tokens.previousRefreshToken(RIGHT)).thenReturn(Optional.of("previous"));
    fixture.neighbour("direct:call").forget();
    fixture
        .neighbour("direct:call")
        .fails(new ProviderRefusedException(503, "refused"))
        .answers(GRANT);

    assertThat(refresh(1).getException()).isNull();
    assertThat(RouteFixture.bodies(fixture.neighbour("direct:call"), WithingsCall.class))
        .extracting(call -> call.fields().get("refresh_token"))
        .containsExactly("refresh", "previous");
    verify(fixture.tokens).store(eq(RIGHT), any());
    verify(fixture.tokens).releaseRefresh(RIGHT);
  }

  @Test
  void a_refusal_of_both_refresh_tokens_ends_the_connection() {
    stored("the-token", 30, 1);
    when(fixture.tokens.claimRefresh(any(), anyInt())).thenReturn(Optional.of(RIGHT));
    when(fixture.tokens.previousRefreshToken(RIGHT)).thenReturn(Optional.of("previous"));
    fixture.neighbour("direct:call").forget();
    fixture.neighbour("direct:call").fails(new ProviderRefusedException(503, "refused"));

    assertThat(refresh(1).getException()).isInstanceOf(ReconnectRequiredException.class);
    assertThat(fixture.neighbour("direct:call").seen()).hasSize(2);
    verify(fixture.tokens).releaseRefresh(RIGHT);
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 400, 403, 404})
  void a_refusal_that_is_not_of_the_token_ends_nothing(int status) {
    stored("the-token", 30, 1);
    when(fixture.tokens.claimRefresh(any(), anyInt())).thenReturn(Optional.of(RIGHT));
    fixture.neighbour("direct:call").forget();
    fixture.neighbour("direct:call").fails(new ProviderRefusedException(status, "refused"));

    assertThat(refresh(1).getException()).isInstanceOf(ProviderUnavailableException.class);
    verify(fixture.tokens).releaseRefresh(RIGHT);
  }

  @Test
  void a_refusal_is_not_believed_when_the_pair_has_changed_meanwhile() {
    stored("the-next-token", 3600, 2);
    when(fixture.tokens.claimRefresh(any(), anyInt())).thenReturn(Optional.of(RIGHT));
    fixture.neighbour("direct:call").forget();
    fixture.neighbour("direct:call").fails(new ProviderRefusedException(503, "refused"));

    assertThat(refresh(1).getException()).isInstanceOf(ProviderUnavailableException.class);
  }

  @Test
  void a_refresh_that_fails_releases_the_right_to_refresh() {
    stored("the-token", 30, 1);
    when(fixture.tokens.claimRefresh(any(), anyInt())).thenReturn(Optional.of(RIGHT));
    fixture.neighbour("direct:call").forget();
    fixture.neighbour("direct:call").fails(new ProviderUnavailableException("later", null));

    assertThat(refresh(1).getException()).isInstanceOf(ProviderUnavailableException.class);
    verify(fixture.tokens).releaseRefresh(RIGHT);
  }

  @Test
  void a_scheduled_run_destroys_expired_tokens_and_reencrypts_those_of_an_older_key() {
    when(fixture.tokens.reencrypt()).thenReturn(new Reencryption(2, 1));

    assertThat(fixture.send("direct:tokens-reencrypt", null).getException()).isNull();
    verify(fixture.tokens).destroyPreviousRefreshTokens();
    verify(fixture.tokens).reencrypt();
  }

  @Test
  void a_scheduled_run_that_fails_leaves_the_work_to_the_next() {
    when(fixture.tokens.reencrypt()).thenThrow(new DataAccessResourceFailureException("Anna"));

    assertThat(fixture.send("direct:tokens-reencrypt", null).getException()).isNull();
  }

  // ── A call with the token ─────────────────────────────────────────────────────────────────────

  @Test
  void a_call_is_made_with_the_accounts_token() {
    stored("the-token", 3600, 1);
    answers(REPLY);

    Exchange called = call();

    assertThat(called.getMessage().getBody()).isEqualTo(REPLY);
    assertThat(calls()).extracting(WithingsCall::accessToken).containsExactly("the-token");
    assertThat(calls()).extracting(WithingsCall::form).containsExactly(CALL.form());
  }

  @Test
  void a_token_that_is_not_accepted_is_refreshed_once() {
    stored("the-token", 3600, 1);
    when(fixture.tokens.claimRefresh(any(), anyInt()))
        .thenAnswer(
            taken -> {
              stored("the-next-token", 3600, 2);
              return Optional.of(RIGHT);
            });
    fixture.neighbour("direct:call").forget();
    fixture.neighbour("direct:call").fails(unauthorized()).answers(GRANT).answers(REPLY);

    Exchange called = call();

    assertThat(called.getException()).isNull();
    assertThat(called.getMessage().getBody()).isEqualTo(REPLY);
    assertThat(calls())
        .extracting(WithingsCall::accessToken)
        .containsExactly("the-token", null, "the-next-token");
    verify(fixture.tokens).claimRefresh(Requests.ACCOUNT.id(), 1);
  }

  @Test
  void a_token_that_is_not_accepted_after_a_refresh_fails() {
    stored("the-token", 3600, 1);
    when(fixture.tokens.claimRefresh(any(), anyInt()))
        .thenAnswer(
            taken -> {
              stored("the-next-token", 3600, 2);
              return Optional.of(RIGHT);
            });
    fixture.neighbour("direct:call").forget();
    fixture.neighbour("direct:call").fails(unauthorized()).answers(GRANT).fails(unauthorized());

    Exchange called = call();

    assertThat(called.getException()).isInstanceOf(ProviderUnauthorizedException.class);
    assertThat(called.getVariable("token", AccessToken.class).version()).isEqualTo(2);
    assertThat(calls()).hasSize(3);
  }

  private static Exchange call() {
    return fixture.send("direct:tokens-call", CALL, Map.of(), Map.of("account", Requests.ACCOUNT));
  }

  private static void answers(Object reply) {
    fixture.neighbour("direct:call").forget();
    fixture.neighbour("direct:call").answers(reply);
  }

  private static List<WithingsCall> calls() {
    return RouteFixture.bodies(fixture.neighbour("direct:call"), WithingsCall.class);
  }

  private static ProviderUnauthorizedException unauthorized() {
    return new ProviderUnauthorizedException("Withings answered status 401");
  }

  private static Exchange refresh(int version) {
    return fixture.send(
        "direct:tokens-refresh",
        null,
        Map.of(),
        Map.of(
            "account",
            Requests.ACCOUNT,
            "token",
            new AccessToken("old", RouteFixture.NOW, version)));
  }

  private static void stored(String value, int seconds, int version) {
    when(fixture.tokens.accessToken(Requests.ACCOUNT.id()))
        .thenReturn(new AccessToken(value, RouteFixture.NOW.plusSeconds(seconds), version));
  }
}
