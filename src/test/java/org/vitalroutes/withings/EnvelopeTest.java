package org.vitalroutes.withings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vitalroutes.testsupport.MeasureReply.tree;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderThrottledException;
import org.vitalroutes.provider.ProviderUnauthorizedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.testsupport.MeasureReply;

class EnvelopeTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-03-02T10:15:30Z"), ZoneOffset.UTC);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"status\": 0, \"body\": {\"more\": 1}}   | {\"more\":1}",
        "{\"status\": \"0\", \"body\": {\"more\": 1}} | {\"more\":1}",
        "{\"body\": {\"more\": 1}, \"status\": 0, \"x\": 1} | {\"more\":1}",
        "{\"status\": 0}                            | {}",
        "{\"status\": 0, \"body\": null}            | {}",
        "{\"status\": 0, \"body\": []}              | {}",
        "{\"status\": 0, \"body\": \"\"}            | {}",
      })
  void status_0_gives_the_body(String reply, String body) {
    assertThat(Envelope.unwrap(tree(reply))).hasToString(body);
  }

  @ParameterizedTest
  @CsvSource({
    "401, ProviderUnauthorizedException",
    "100, ProviderUnauthorizedException",
    "601, ProviderThrottledException",
    "522, ProviderUnavailableException",
    "424242, ProviderUnavailableException",
    "503, ProviderRefusedException",
    "293, ProviderRefusedException",
  })
  void another_status_becomes_a_failure_that_names_it(int status, String failure) {
    assertThatThrownBy(
            () ->
                Envelope.unwrap(
                    tree("{\"status\": %d, \"error\": \"x 81.5 kg\"}".formatted(status))))
        .hasMessage("Withings answered status " + status)
        .extracting(thrown -> thrown.getClass().getSimpleName())
        .isEqualTo(failure);
  }

  @Test
  void too_many_requests_are_followed_by_a_pause_of_a_minute() {
    assertThatThrownBy(() -> Envelope.unwrap(tree("{\"status\": 601}")))
        .isInstanceOfSatisfying(
            ProviderUnavailableException.class,
            thrown -> assertThat(thrown.retryAfter()).isEqualTo(Duration.ofMinutes(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{}",
        "[]",
        "0",
        "\"status\"",
        "{\"body\": {}}",
        "{\"status\": null}",
        "{\"status\": \"\"}",
        "{\"status\": true}",
        "{\"status\": 0.5}",
        "{\"status\": {}}",
        "{\"status\": [0]}",
        "{\"status\": \"ok\"}",
        "{\"status\": 12345678901}",
        "{\"Status\": 0}"
      })
  void what_is_no_envelope_is_worth_another_try(String reply) {
    assertThatThrownBy(() -> Envelope.unwrap(tree(reply)))
        .isInstanceOf(ProviderUnavailableException.class)
        .hasMessage("Withings answered without a status");
  }

  @ParameterizedTest
  @CsvSource({
    "Invalid Params: invalid refresh_token, ProviderUnauthorizedException",
    "Invalid Params: invalid code, ProviderRefusedException",
    "Invalid Params: invalid client_secret, ProviderUnavailableException",
    "Invalid Params: invalid client_id, ProviderUnavailableException",
  })
  void a_wrong_client_secret_is_not_a_dead_token(String error, String thrown) {
    assertThatThrownBy(
            () -> Envelope.unwrap(tree("{\"status\": 503, \"error\": \"" + error + "\"}")))
        .extracting(failure -> failure.getClass().getSimpleName())
        .isEqualTo(thrown);
  }

  @Test
  void nothing_is_no_envelope() {
    assertThatThrownBy(() -> Envelope.unwrap(null))
        .isInstanceOf(ProviderUnavailableException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 204})
  void a_success_goes_on_to_the_envelope(int http) {
    assertThatCode(() -> Envelope.checkHttp(http, null, CLOCK, null)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "401, ProviderUnauthorizedException",
    "408, ProviderUnavailableException",
    "429, ProviderThrottledException",
    "500, ProviderUnavailableException",
    "502, ProviderUnavailableException",
    "503, ProviderUnavailableException",
    "599, ProviderUnavailableException",
    "302, ProviderUnavailableException",
    "400, ProviderRefusedException",
    "403, ProviderUnavailableException",
    "404, ProviderUnavailableException",
    "0, ProviderRefusedException",
  })
  void an_http_error_becomes_a_failure_that_names_it(int http, String failure) {
    assertThatThrownBy(() -> Envelope.checkHttp(http, null, CLOCK, null))
        .hasMessage("Withings answered HTTP " + http)
        .extracting(thrown -> thrown.getClass().getSimpleName())
        .isEqualTo(failure);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"429, 7, PT7S", "429, -, PT1M", "429, soon, PT1M", "503, 7, PT7S", "503, -, -"})
  void the_wait_that_was_asked_for_is_kept(int http, String retryAfter, Duration wait) {
    assertThatThrownBy(() -> Envelope.checkHttp(http, retryAfter, CLOCK, null))
        .isInstanceOfSatisfying(
            ProviderUnavailableException.class,
            thrown -> assertThat(thrown.retryAfter()).isEqualTo(wait));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"error\": \"invalid_grant\"}                                     | true",
        "{\"status\": 503, \"error\": \"Invalid Params: invalid refresh_token\"} | true",
        "{\"error\": \"invalid_client\"}                                    | false",
        "<html>Bad Request</html>                                         | false",
      })
  void a_bad_request_may_say_that_a_grant_is_dead(String body, boolean dead) {
    assertThatThrownBy(() -> Envelope.checkHttp(400, null, CLOCK, body.getBytes(UTF_8)))
        .isInstanceOf(dead ? ProviderUnauthorizedException.class : ProviderRefusedException.class)
        .hasMessage("Withings answered HTTP 400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\": \"invalid_grant\"}",
        "{\"status\": 400, \"error\": \"invalid_grant\"}",
        "{\"status\": 503, \"error\": \"Invalid Params: invalid refresh_token\"}"
      })
  void so_may_an_answer_with_http_200(String reply) {
    assertThatThrownBy(() -> Envelope.unwrap(tree(reply)))
        .isInstanceOf(ProviderUnauthorizedException.class);
  }

  @Test
  void a_call_that_was_repeated_too_soon_concerns_its_account_alone() {
    assertThatThrownBy(
            () ->
                Envelope.unwrap(
                    MeasureReply.tree(
                        "{\"status\": 601, \"body\": {\"wait_seconds\": 188},"
                            + " \"error\": \"Same arguments in less than 10 seconds\"}")))
        .isExactlyInstanceOf(ProviderUnavailableException.class)
        .extracting(failure -> ((ProviderUnavailableException) failure).retryAfter())
        .isEqualTo(Duration.ofSeconds(188));
    assertThatThrownBy(
            () ->
                Envelope.unwrap(
                    MeasureReply.tree(
                        "{\"status\": 601, \"error\": \"Same arguments in less than 10 seconds\"}")))
        .isExactlyInstanceOf(ProviderUnavailableException.class)
        .extracting(failure -> ((ProviderUnavailableException) failure).retryAfter())
        .isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void the_applications_limit_concerns_all() {
    assertThatThrownBy(
            () ->
                Envelope.unwrap(
                    MeasureReply.tree("{\"status\": 601, \"error\": \"Too Many Requests\"}")))
        .isInstanceOf(ProviderThrottledException.class)
        .extracting(failure -> ((ProviderThrottledException) failure).isAsked())
        .isEqualTo(false);
  }
}
