package org.vitalroutes.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.store.Inbox.Arrival;
import org.vitalroutes.store.InboxUnavailableException;
import org.vitalroutes.testsupport.TestSettings;

class ReceiveRouteTest {

  private static final RouteFixture fixture = RouteFixture.of("receive", "inbox");
  private static final WebhookSignature SIGNATURE =
      new WebhookSignature(List.of(TestSettings.WEBHOOK_SECRET), "hex");
  private static final byte[] WEIGHING =
      "userid=4711&appli=1&startdate=1709300000&enddate=1709300001".getBytes(UTF_8);

  /** printf '%s' "$WEIGHING" | openssl dgst -sha256 -hmac "$WEBHOOK_SECRET". */
  private static final String SIGN =
      "65fbcfdf9e9ccf2627a9738393c0355399df597ecd9dfcca7f9c6653ef8c69a5";

  @BeforeEach
  void forget() {
    fixture.forget();
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  void a_notification_at_a_signed_url_is_stored_as_it_came() {
    Exchange answer = post("receive-signed-url", WEIGHING, signedFor("4711"));

    assertStored(WEIGHING, 1);
    assertAnswered(answer, 200);
  }

  @ParameterizedTest
  @ValueSource(strings = {SIGN, "sha256=" + SIGN, "00," + SIGN})
  void a_notification_that_a_gateway_signed_is_stored_as_it_came(String signature) {
    Exchange answer =
        post("receive-signed-body", WEIGHING, Map.of("X-Withings-Signature", signature));

    assertStored(WEIGHING, 1);
    assertAnswered(answer, 200);
  }

  @Test
  void the_signature_may_be_in_any_of_several_header_lines() {
    post("receive-signed-body", WEIGHING, Map.of("X-Withings-Signature", List.of("00", SIGN)));

    assertStored(WEIGHING, 1);
  }

  @Test
  void authentic_but_odd_input_is_kept_and_marked() {
    byte[] odd = "userid=4711&appli=one".getBytes(UTF_8);

    Exchange answer = post("receive-signed-url", odd, signedFor("4711"));

    assertStored(odd, null, "malformed-appli");
    assertAnswered(answer, 200);
  }

  private static void assertStored(byte[] body, @Nullable Integer appli, String... oddities) {
    ArgumentCaptor<Arrival> stored = ArgumentCaptor.forClass(Arrival.class);
    verify(fixture.inbox).store(stored.capture());
    assertThat(stored.getValue().correlation()).isNotEmpty();
    assertThat(stored.getValue())
        .usingRecursiveComparison()
        .ignoringFields("correlation")
        .isEqualTo(
            new Arrival(RouteFixture.NOW, "4711", appli, body, List.of(oddities), "ignored"));
  }

  @Test
  void a_wrong_url_is_not_found_and_nothing_is_stored() {
    assertAnswered(post("receive-signed-url", WEIGHING, Map.of()), 404);
    assertAnswered(
        post("receive-signed-url", WEIGHING, Map.of("userid", "4711", "signature", "x")), 404);
    assertAnswered(
        post(
            "receive-signed-url",
            WEIGHING,
            Map.of("userid", "4711", "signature", SIGNATURE.ofCallback("4712"))),
        404);
    verifyNoInteractions(fixture.inbox);
  }

  @Test
  void a_url_that_is_signed_for_another_user_is_not_found() {
    assertAnswered(post("receive-signed-url", WEIGHING, signedFor("4712")), 404);
    assertAnswered(post("receive-signed-url", new byte[0], signedFor("4711")), 404);
    verifyNoInteractions(fixture.inbox);
  }

  @Test
  void a_body_without_its_signature_is_refused_and_nothing_is_stored() {
    assertAnswered(post("receive-signed-body", WEIGHING, Map.of()), 401);
    assertAnswered(
        post("receive-signed-body", WEIGHING, Map.of("X-Withings-Signature", "00")), 401);
    assertAnswered(
        post("receive-signed-body", new byte[0], Map.of("X-Withings-Signature", SIGN)), 401);
    verifyNoInteractions(fixture.inbox);
  }

  @Test
  void withings_sends_again_what_could_not_be_stored() {
    doThrow(new InboxUnavailableException("full")).when(fixture.inbox).store(any());

    assertAnswered(post("receive-signed-url", WEIGHING, signedFor("4711")), 503);
  }

  @Test
  void withings_sends_again_what_failed_for_a_reason_unknown() {
    doThrow(new IllegalStateException("Anna, 81.5 kg")).when(fixture.inbox).store(any());

    assertAnswered(post("receive-signed-url", WEIGHING, signedFor("4711")), 503);
  }

  @Test
  void a_probe_is_answered_where_we_signed_the_url() {
    assertAnswered(post("receive-probe", null, Map.of()), 200);
    assertAnswered(post("receive-probe-signed", null, signedFor("4711")), 200);
    assertAnswered(
        post("receive-probe-signed", null, Map.of("userid", "4711", "signature", "x")), 404);
    verifyNoInteractions(fixture.inbox);
  }

  @Test
  void a_request_cannot_choose_its_answer() {
    Map<String, Object> steering =
        Map.of(
            "userid",
            "4711",
            "signature",
            SIGNATURE.ofCallback("4711"),
            Exchange.HTTP_RESPONSE_CODE,
            418,
            "Set-Cookie",
            "a=b",
            "Location",
            "https://example.org");

    assertAnswered(post("receive-signed-url", WEIGHING, steering), 200);
  }

  private static Exchange post(String route, byte[] body, Map<String, Object> headers) {
    return fixture.send("direct:" + route, body, headers, Map.of());
  }

  private static Map<String, Object> signedFor(String user) {
    return Map.of("userid", user, "signature", SIGNATURE.ofCallback(user));
  }

  /** The answer is a status and nothing else, always. */
  private static void assertAnswered(Exchange answer, int status) {
    assertThat(answer.getException()).isNull();
    assertThat(answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class))
        .isEqualTo(status);
    assertThat(answer.getMessage().getHeaders()).hasSize(1);
    assertThat(answer.getMessage().getBody(String.class)).isNullOrEmpty();
  }
}
