package org.vitalroutes.failure;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.client.exceptions.FhirClientConnectionException;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.OperationOutcome;
import org.hl7.fhir.r5.model.OperationOutcome.IssueType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vitalroutes.fhir.deliver.FhirFailure;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnauthorizedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.sync.Destination;

class FailureTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-03-02T10:15:30Z"), ZoneOffset.UTC);

  /** A value that may appear in no log and not in the operations API. */
  private static final String SECRET = "Anna 81.5 kg Bearer abc";

  @ParameterizedTest
  @MethodSource("failures")
  void a_failure_is_said_in_our_words(
      Throwable thrown, String reason, String detail, Destination down) {
    assertThat(Failure.of(thrown, CLOCK)).isEqualTo(new Failure(reason, detail, null, down));
    assertThat(Failure.of(new RuntimeException(SECRET, new IOException(SECRET, thrown)), CLOCK))
        .isEqualTo(new Failure(reason, detail, null, down));
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            new ProviderUnavailableException("Withings answered status 524", null),
            "withings-unavailable",
            "Withings answered status 524",
            null),
        Arguments.of(
            ProviderUnavailableException.outage("Withings answered HTTP 500", null),
            "withings-unavailable",
            "Withings answered HTTP 500",
            Destination.WITHINGS),
        Arguments.of(
            new ProviderRefusedException(503, "Withings answered status 503"),
            "withings-refused",
            "Withings answered status 503",
            null),
        Arguments.of(
            new ProviderUnauthorizedException("Withings answered status 401"),
            "withings-unauthorized",
            "Withings answered status 401",
            null),
        Arguments.of(
            new UnprocessableEntityException("HAPI-0574: " + SECRET),
            "fhir-refused",
            "FHIR server answered HTTP 422 HAPI-0574",
            null),
        Arguments.of(
            new AuthenticationException(SECRET),
            "fhir-misconfigured",
            "FHIR server answered HTTP 401",
            Destination.FHIR),
        Arguments.of(
            new InternalErrorException(SECRET),
            "fhir-unavailable",
            "FHIR server answered HTTP 500",
            Destination.FHIR),
        Arguments.of(
            new FhirClientConnectionException(SECRET),
            "fhir-unavailable",
            "FHIR server not reached",
            Destination.FHIR),
        Arguments.of(
            new IllegalStateException(SECRET),
            "unexpected",
            "java.lang.IllegalStateException",
            null));
  }

  @Test
  void an_outcome_says_where_and_not_what() {
    OperationOutcome outcome = new OperationOutcome();
    outcome
        .addIssue()
        .setCode(IssueType.INVALID)
        .setDiagnostics(SECRET)
        .addExpression("Bundle.entry[0].resource.value");
    outcome.addIssue().setDiagnostics(SECRET).getDetails().setText(SECRET);

    assertThat(FhirFailure.describe(new UnprocessableEntityException(SECRET, outcome)))
        .isEqualTo(
            "FHIR server answered HTTP 422; invalid at Bundle.entry[0].resource.value; issue");
  }

  @Test
  void a_long_outcome_is_cut() {
    OperationOutcome outcome = new OperationOutcome();
    for (int i = 0; i < 1000; i++) {
      outcome.addIssue().setCode(IssueType.INVALID);
    }

    assertThat(FhirFailure.describe(new UnprocessableEntityException("", outcome)))
        .hasSizeLessThan(200);
  }

  @ParameterizedTest
  @CsvSource({
    "400, true",
    "401, false",
    "403, false",
    "404, false",
    "405, false",
    "406, false",
    "408, false",
    "409, false",
    "410, false",
    "412, true",
    "413, true",
    "415, false",
    "422, true",
    "425, false",
    "429, false",
    "500, false",
    "501, false",
    "502, false",
    "503, false",
    "504, false",
    "0, false",
  })
  void some_answers_stay_the_same_however_often_one_asks(int status, boolean refuses) {
    BaseServerResponseException answer =
        BaseServerResponseException.newInstance(status, "answered");

    assertThat(FhirFailure.refuses(answer)).isEqualTo(refuses);
    assertThat(FhirFailure.refuses(new RuntimeException(answer))).isEqualTo(refuses);
  }

  @Test
  void what_did_not_come_from_the_server_is_no_refusal() {
    assertThat(FhirFailure.refuses(new IOException("closed"))).isFalse();
    assertThat(FhirFailure.describe(new IOException(SECRET))).isEqualTo("IOException");
    assertThat(FhirFailure.retryAfter(new IOException("closed"), CLOCK)).isNull();
  }

  @Test
  void the_longer_wait_counts() {
    Failure patient =
        Failure.of(new ProviderUnavailableException("later", Duration.ofMinutes(1)), CLOCK);
    Failure hasty = Failure.of(new ProviderUnavailableException("later", Duration.ZERO), CLOCK);
    Failure silent = Failure.of(new ProviderUnavailableException("later", null), CLOCK);

    assertThat(patient.waitAfter(1, new Random())).isEqualTo(Duration.ofMinutes(1));
    assertThat(patient.waitAfter(20, new Random())).isGreaterThan(Duration.ofMinutes(7));
    assertThat(hasty.waitAfter(1, new Random())).isPositive();
    assertThat(silent.waitAfter(1, new Random())).isPositive();
  }

  @Test
  void a_person_looks_after_a_hundred_tries() {
    Failure failure = Failure.of(new ProviderUnavailableException("later", null), CLOCK);

    assertThat(failure.usedUp(99)).isFalse();
    assertThat(failure.usedUp(100)).isTrue();
  }
}
