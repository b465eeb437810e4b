package org.vitalroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vitalroutes.simulator.SimulatorClient.CLIENT_ID;
import static org.vitalroutes.simulator.SimulatorClient.CLIENT_SECRET;
import static org.vitalroutes.simulator.SimulatorClient.REDIRECT_URI;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OAuthEndpointTest {
  private static final long USER = 4711;

  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-20T08:00:00Z"));
  private final WithingsSimulator simulator =
      new WithingsSimulator(SimulatorClient.settings(), clock);
  private final SimulatorClient client = new SimulatorClient(simulator);

  @BeforeEach
  void start() {
    simulator.start();
    simulator.addUser(USER);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void consent_sends_the_browser_back_with_code_and_state() {
    HttpResponse<String> answer = client.authorize("state", "a b&c");

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Location").orElseThrow()).startsWith(REDIRECT_URI);
    assertThat(SimulatorClient.location(answer)).containsOnlyKeys("code", "state");
    assertThat(SimulatorClient.location(answer)).containsEntry("state", "a b&c");
  }

  @ParameterizedTest
  @CsvSource({
    "response_type, token",
    "response_type, ''",
    "client_id, SOMEONE",
    "redirect_uri, http://localhost/callback/",
    "redirect_uri, http://localhost/callback?a=b",
    "redirect_uri, ''",
    "scope, user.info user.metrics",
    "scope, 'user.info, user.metrics'",
    "scope, user.everything",
    "scope, ''",
    "state, ''",
    "demo_user, 99",
    "demo_user, nobody"
  })
  void consent_is_not_asked_when_a_parameter_is_wrong(String name, String value) {
    HttpResponse<String> answer = client.authorize(name, value);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Location")).isEmpty();
  }

  @Test
  void a_refusal_sends_the_browser_back_with_an_error() {
    simulator.refuseNextConsent();

    assertThat(SimulatorClient.location(client.authorize()))
        .containsEntry("error", "access_denied")
        .containsEntry("state", "xyz")
        .doesNotContainKey("code");
    assertThat(SimulatorClient.location(client.authorize())).containsKey("code");
  }

  @Test
  void fewer_scopes_may_be_granted_than_were_asked_for() {
    simulator.grantOnlyNext("user.metrics", "user.sleepevents");

    assertThat(client.exchange(client.code()).path("body").path("scope").asText())
        .isEqualTo("user.metrics");
  }

  @Test
  void the_person_who_consents_can_be_chosen() {
    simulator.addUser(4712);
    simulator.consentNextAs(4712);

    assertThat(client.exchange(client.code()).at("/body/userid").asText()).isEqualTo("4712");
    assertThat(client.exchange(client.code()).at("/body/userid").asText()).isEqualTo("4711");
    assertThat(client.connect(4712).path("userid").asText()).isEqualTo("4712");
  }

  @Test
  void a_code_gives_tokens_and_the_userid_as_text() {
    JsonNode answer = client.exchange(client.code());

    assertThat(answer.path("status").asInt()).isZero();
    JsonNode body = answer.path("body");
    assertThat(body.path("userid").isTextual()).isTrue();
    assertThat(body.path("access_token").asText()).hasSize(40);
    assertThat(body.path("refresh_token").asText()).hasSize(40);
    assertThat(body.path("expires_in").asInt()).isEqualTo(10_800);
    assertThat(body.path("scope").asText()).isEqualTo(SimulatorClient.ALL_SCOPES);
    assertThat(body.path("token_type").asText()).isEqualTo("Bearer");
  }

  @Test
  void a_code_is_good_once() {
    String code = client.code();
    client.exchange(code);

    assertRefused(client.exchange(code), 503, "Invalid Params: invalid code");
  }

  @Test
  void a_code_lives_for_thirty_seconds() {
    String inTime = client.code();
    String late = client.code();

    clock.advance(Duration.ofSeconds(29));
    assertThat(client.exchange(inTime).path("status").asInt()).isZero();
    clock.advance(Duration.ofSeconds(1));
    assertRefused(client.exchange(late), 503, "Invalid Params: invalid code");
  }

  @Test
  void a_code_belongs_to_its_redirect_uri() {
    JsonNode answer =
        client.call(
            "/v2/oauth2",
            null,
            "action",
            "requesttoken",
            "grant_type",
            "authorization_code",
            "client_id",
            CLIENT_ID,
            "client_secret",
            CLIENT_SECRET,
            "code",
            client.code(),
            "redirect_uri",
            "http://localhost/other");

    assertRefused(answer, 503, "Invalid Params: invalid redirect_uri");
  }

  @Test
  void a_wrong_secret_is_refused() {
    JsonNode answer =
        client.call(
            "/v2/oauth2",
            null,
            "action",
            "requesttoken",
            "grant_type",
            "authorization_code",
            "client_id",
            CLIENT_ID,
            "client_secret",
            "GUESS",
            "code",
            client.code(),
            "redirect_uri",
            REDIRECT_URI);

    assertRefused(answer, 503, "Invalid Params: invalid client_secret");
  }

  @Test
  void parameters_in_the_url_are_no_grant() {
    JsonNode answer = client.call("/v2/oauth2?action=requesttoken&grant_type=refresh_token", null);

    assertRefused(answer, 503, "Invalid Params: invalid grant_type");
  }

  @Test
  void a_code_can_be_exchanged_with_a_signature_in_place_of_the_secret() {
    JsonNode answer =
        client.signed(
            "requesttoken",
            client.nonce(),
            "grant_type",
            "authorization_code",
            "code",
            client.code(),
            "redirect_uri",
            REDIRECT_URI);

    assertThat(answer.path("status").asInt()).isZero();
  }

  @Test
  void a_refresh_gives_a_new_pair_and_the_userid_as_number() {
    JsonNode first = client.connect(USER);
    JsonNode second = client.refresh(first.path("refresh_token").asText()).path("body");

    assertThat(second.path("userid").isIntegralNumber()).isTrue();
    assertThat(second.path("access_token")).isNotEqualTo(first.path("access_token"));
    assertThat(second.path("refresh_token")).isNotEqualTo(first.path("refresh_token"));
  }

  @Test
  void a_used_refresh_token_works_again_while_the_new_access_token_is_unused() {
    String old = client.connect(USER).path("refresh_token").asText();
    client.refresh(old);

    clock.advance(Duration.ofHours(8).minusSeconds(1));
    assertThat(client.refresh(old).path("status").asInt()).isZero();
  }

  @Test
  void a_used_refresh_token_dies_after_eight_hours() {
    String old = client.connect(USER).path("refresh_token").asText();
    String next = client.refresh(old).at("/body/refresh_token").asText();

    clock.advance(Duration.ofHours(8));
    assertRefused(client.refresh(old), 503, "Invalid Params: invalid refresh_token");
    assertThat(client.refresh(next).path("status").asInt()).isZero();
  }

  @Test
  void a_used_refresh_token_dies_with_the_first_use_of_the_new_access_token() {
    String old = client.connect(USER).path("refresh_token").asText();
    String access = client.refresh(old).at("/body/access_token").asText();

    assertThat(client.getmeas(access).path("status").asInt()).isZero();
    assertRefused(client.refresh(old), 503, "Invalid Params: invalid refresh_token");
  }

  @Test
  void the_old_access_token_does_not_end_the_old_refresh_token() {
    JsonNode first = client.connect(USER);
    String old = first.path("refresh_token").asText();
    client.refresh(old);

    client.getmeas(first.path("access_token").asText());

    assertThat(client.refresh(old).path("status").asInt()).isZero();
  }

  @Test
  void an_access_token_lives_for_three_hours() {
    String token = client.token(USER);

    clock.advance(Duration.ofSeconds(10_799));
    assertThat(client.getmeas(token).path("status").asInt()).isZero();
    clock.advance(Duration.ofSeconds(1));
    assertRefused(
        client.getmeas(token),
        401,
        "XRequestID: Not provided invalid_token: The access token provided is invalid");
  }

  @Test
  void a_refresh_token_lives_for_a_year() {
    String token = client.connect(USER).path("refresh_token").asText();

    clock.advance(Duration.ofDays(365));

    assertRefused(client.refresh(token), 503, "Invalid Params: invalid refresh_token");
  }

  @Test
  void revoke_ends_tokens_and_subscriptions() throws Exception {
    JsonNode tokens = client.connect(USER);
    String access = tokens.path("access_token").asText();
    try (CallbackReceiver receiver = new CallbackReceiver()) {
      client.call(
          "/notify", access, "action", "subscribe", "appli", "1", "callbackurl", receiver.url());
    }

    JsonNode answer = client.signed("revoke", client.nonce(), "userid", Long.toString(USER));

    assertThat(answer.path("status").asInt()).isZero();
    assertThat(client.getmeas(access).path("status").asInt()).isEqualTo(401);
    assertThat(client.refresh(tokens.path("refresh_token").asText()).path("status").asInt())
        .isEqualTo(503);
    assertThat(simulator.subscriptions()).isEmpty();
    assertThat(simulator.connected(USER)).isFalse();
  }

  @Test
  void a_nonce_is_good_once() {
    String nonce = client.nonce();
    client.connect(USER);
    client.signed("revoke", nonce, "userid", Long.toString(USER));

    JsonNode again = client.signed("revoke", nonce, "userid", Long.toString(USER));

    assertThat(again.path("status").asInt()).isEqualTo(342);
  }

  @Test
  void a_nonce_lives_for_thirty_minutes() {
    String nonce = client.nonce();
    clock.advance(Duration.ofMinutes(30));

    JsonNode late = client.signed("revoke", nonce, "userid", Long.toString(USER));

    assertThat(late.path("status").asInt()).isEqualTo(342);
  }

  @Test
  void revoking_an_unknown_user_is_refused() {
    assertThat(client.signed("revoke", client.nonce(), "userid", "1").path("status").asInt())
        .isEqualTo(247);
  }

  @Test
  void a_nonce_is_not_given_for_a_wrong_signature() {
    JsonNode answer =
        client.call(
            "/v2/signature",
            null,
            "action",
            "getnonce",
            "client_id",
            CLIENT_ID,
            "timestamp",
            "1700000000",
            "signature",
            "00");

    assertThat(answer.path("status").asInt()).isEqualTo(342);
  }

  @Test
  void demo_access_is_signed_too() {
    JsonNode answer =
        client.signed("getdemoaccess", client.nonce(), "scope_oauth2", "user.metrics");

    assertThat(client.getmeas(answer.at("/body/access_token").asText()).path("status").asInt())
        .isZero();
  }

  @Test
  void the_same_token_call_within_ten_seconds_can_be_refused() {
    simulator.settings().refuseRepeatedTokenCalls(true);
    String token = client.connect(USER).path("refresh_token").asText();
    client.refresh(token);

    assertThat(client.refresh(token).path("status").asInt()).isEqualTo(601);
    clock.advance(Duration.ofSeconds(10));
    assertThat(client.refresh(token).path("status").asInt()).isZero();
  }

  @Test
  void an_unknown_action_is_refused() {
    assertThat(client.call("/v2/oauth2", null, "action", "dance").path("status").asInt())
        .isEqualTo(2554);
  }

  private static void assertRefused(JsonNode answer, int status, String text) {
    assertThat(answer.path("status").asInt()).isEqualTo(status);
    assertThat(answer.path("error").asText()).isEqualTo(text);
    assertThat(answer.path("body").isObject()).isTrue();
  }
}
