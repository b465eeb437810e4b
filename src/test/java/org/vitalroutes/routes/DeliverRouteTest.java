package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;
import static org.vitalroutes.testsupport.MeasureReply.reply;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.accounts.AccountPatient;
import org.vitalroutes.fhir.ContentHash;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.fhir.deliver.FhirAnswer;
import org.vitalroutes.fhir.deliver.FhirFailure;
import org.vitalroutes.fhir.deliver.FhirHeldException;
import org.vitalroutes.fhir.deliver.PatientWaitsException;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.fhir.translate.MeasureTranslator;
import org.vitalroutes.fhir.translate.Subject;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.fhir.translate.Translation;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.LeaseLostException;
import org.vitalroutes.sync.PreemptedException;
import org.vitalroutes.sync.Recheck;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;
import org.vitalroutes.testsupport.MeasureReply;
import org.vitalroutes.testsupport.TestSettings;

@Order(1)
class DeliverRouteTest {

  private static final LoopbackServer fhir = new LoopbackServer();
  private static final RouteFixture fixture =
      RouteFixture.of("deliver", new TestSettings().set("FHIR_SERVER_URL", fhir.url() + "/fhir"));

  /** A weighing: a Device and an Observation. */
  private static final Translation WEIGHING =
      new MeasureTranslator(MeasureTable.standard(), new Identifiers(Identifiers.DEFAULT_NAMESPACE))
          .translate(
              reply().group(1, group -> group.measure(1, 70, 0)).page(),
              new Subject("Patient/p1", "4711"),
              RouteFixture.NOW,
              Map.of());

  private static final Translation OF_FIVE = weighings(5);
  private static final Translation OF_TWENTY = weighings(20);

  private static final String GONE_ID =
      new Identifiers(Identifiers.DEFAULT_NAMESPACE).id("p1", "gone");

  private static final Delivered GONE =
      new Delivered("gone", "Observation", GONE_ID, Requests.FROM, "00", false);

  /** An answer that proves to an operator's approval that nothing of the day is left. */
  private static final FetchRequest PROVED =
      FetchRequest.again(
              Requests.ofDay(),
              Recheck.approved(new Window(Requests.FROM, Requests.TO)),
              RouteFixture.NOW)
          .after(List.of(), true, null);

  /** HAPI's message. */
  private static final String REFERRED_TO =
      "Unable to delete Observation/x because at least one resource has a reference to this"
          + " resource. First reference found was resource DiagnosticReport/1";

  @BeforeEach
  void forget() {
    fixture.forget();
    fhir.forget();
    when(fixture.ledger.hashes(any(), any())).thenReturn(Map.of());
  }

  @AfterAll
  static void close() {
    fixture.close();
    fhir.close();
  }

  @Test
  void the_patient_is_created_unless_it_is_there() {
    fhir.answers(
        201,
        Map.of(
            "Location",
            fhir.url() + "/fhir/Patient/p9/_history/1",
            "Content-Type",
            "application/fhir+json"),
        "{\"resourceType\": \"Patient\", \"id\": \"p9\"}");

    Exchange found = fixture.send("direct:deliver-patient", Requests.withoutPatient());

    assertThat(found.getException()).isNull();
    assertThat(fhir.requests())
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.method()).isEqualTo("POST");
              assertThat(call.uri()).startsWith("/fhir/Patient");
              assertThat(call.headers().getFirst("If-none-exist"))
                  .contains("identifier=")
                  .contains("someone");
              assertThat(call.body()).contains("urn:vitalroutes:subject").contains("someone");
            });
    verify(fixture.accounts).recordPatient(Requests.ACCOUNT.id(), "p9", true);
    assertThat(found.getMessage().getBody(SyncRequest.class).account().patientId()).isEqualTo("p9");
    assertThat(found.getMessage().getHeaders()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "p9%2F..", "a%20b"})
  void a_created_patient_whose_id_is_none_is_not_recorded(String id) {
    fhir.answers(201, Map.of("Location", fhir.url() + "/fhir/Patient/" + id + "/_history/1"), "");

    Exchange failed = fixture.send("direct:deliver-patient", Requests.withoutPatient());

    assertThat(failed.getException()).hasMessageContaining("no logical id");
    verify(fixture.accounts, never()).recordPatient(any(), any(), anyBoolean());
  }

  @Test
  void an_account_of_which_several_patients_have_the_identifier_waits() {
    fhir.answers(
        412,
        Map.of("Content-Type", "application/fhir+json"),
        "{\"resourceType\": \"OperationOutcome\"}");

    SyncRequest request = Requests.withoutPatient();
    Exchange waiting =
        fixture.send(
            "direct:deliver-patient", request, Map.of(), Map.of("account", request.account()));

    assertThat(waiting.getException()).isInstanceOf(PatientWaitsException.class);
    verify(fixture.accounts)
        .waitForPatient(Requests.ACCOUNT.id(), AccountPatient.Reason.SEVERAL_MATCHES);
  }

  @ParameterizedTest
  @CsvSource({
    "'', no_match",
    "'p1', matched",
    "'p1,p2', several_matches",
    // Ids of an answer become parts of URLs.
    "'..', no_match",
    "'a b', no_match",
    "'p1?_id=p2', no_match",
    "'..,p1', matched"
  })
  void where_no_patient_is_created_the_one_with_the_identifier_is_looked_for(
      String ids, String outcome) {
    try (RouteFixture matching =
        RouteFixture.of(
            "deliver",
            new TestSettings()
                .set("FHIR_SERVER_URL", fhir.url() + "/fhir")
                .set("FHIR_PATIENT_CREATE", "false"))) {
      fhir.answers(
          200,
          Map.of("Content-Type", "application/fhir+json"),
          Stream.of(ids.split(","))
              .filter(id -> !id.isEmpty())
              .map(id -> "{\"resource\": {\"resourceType\": \"Patient\", \"id\": \"" + id + "\"}}")
              .collect(
                  Collectors.joining(",", "{\"resourceType\": \"Bundle\", \"entry\": [", "]}")));

      SyncRequest request = Requests.withoutPatient();
      Exchange found =
          matching.send(
              "direct:deliver-patient", request, Map.of(), Map.of("account", request.account()));

      assertThat(fhir.requests())
          .singleElement()
          .satisfies(
              call -> {
                assertThat(call.method()).isEqualTo("GET");
                assertThat(call.uri()).contains("Patient?identifier=", "someone");
              });
      if (outcome.equals("matched")) {
        assertThat(found.getMessage().getBody(SyncRequest.class).account().patientId())
            .isEqualTo("p1");
        verify(matching.accounts).recordPatient(Requests.ACCOUNT.id(), "p1", false);
      } else {
        assertThat(found.getException()).isInstanceOf(PatientWaitsException.class);
        verify(matching.accounts)
            .waitForPatient(
                Requests.ACCOUNT.id(),
                AccountPatient.Reason.valueOf(outcome.toUpperCase(Locale.ROOT)));
      }
    }
  }

  @Test
  void a_page_is_sent_in_a_transaction_and_recorded_in_the_ledger() {
    fhir.answers(taken(2));

    Exchange delivered = deliver();

    assertThat(delivered.getException()).isNull();
    assertThat(fhir.requests())
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.method()).isEqualTo("POST");
              assertThat(call.uri()).startsWith("/fhir");
              assertThat(call.body())
                  .contains("\"transaction\"")
                  .contains("\"PUT\"")
                  .contains("Patient/p1");
            });
    verify(fixture.requests).renewLease(Requests.ofDay());
    verify(fixture.ledger).record(any(), any());
    assertThat(delivered.getMessage().getBody(FetchRequest.class).seen())
        .isEqualTo(WEIGHING.rows());
    assertThat(fixture.counted("vitalroutes.resources.delivered", "kind", "measures")).isEqualTo(2);
  }

  @Test
  void the_ledger_knows_of_a_transaction_before_it_is_sent() {
    doThrow(new IllegalStateException("killed")).when(fixture.ledger).recordSending(any(), any());

    assertThat(deliver().getException()).hasRootCauseMessage("killed");

    assertThat(fhir.requests()).isEmpty();
    verify(fixture.ledger, never()).record(any(), any());
  }

  @ParameterizedTest
  @CsvSource({"409, true", "422, true", "500, false", "503, false", "408, false"})
  void a_transaction_stays_unclear_unless_the_server_proves_that_it_applied_nothing(
      int status, boolean proves) {
    fhir.answers(status, Map.of(), "");

    deliver();

    verify(fixture.ledger, proves ? atLeastOnce() : never()).recordRefusal(any(), any());
  }

  @Test
  void sampled_resources_that_the_server_does_not_have_are_delivered_again() {
    when(fixture.redelivery.sample()).thenReturn(List.of("here", "lost"));
    fhir.answers(
        200,
        Map.of("Content-Type", "application/fhir+json"),
        "{\"resourceType\": \"Bundle\", \"type\": \"searchset\", \"entry\": [{\"resource\":"
            + " {\"resourceType\": \"Observation\", \"id\": \"here\"}}]}");

    fixture.send("direct:deliver-audit", null);

    assertThat(fhir.requests())
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.method()).isEqualTo("GET");
              assertThat(call.uri()).contains("_id=here,lost", "_elements=id");
            });
    verify(fixture.redelivery).missing(List.of("lost"));
    assertThat(fixture.counted("vitalroutes.ledger.audited")).isEqualTo(2);
  }

  @Test
  void nothing_is_asked_of_the_server_while_nothing_was_delivered() {
    when(fixture.redelivery.sample()).thenReturn(List.of());

    fixture.send("direct:deliver-audit", null);

    assertThat(fhir.requests()).isEmpty();
  }

  @Test
  void a_race_with_another_transaction_is_run_once_more() {
    fhir.answers(409, Map.of(), "").answers(taken(2));

    assertThat(deliver().getException()).isNull();

    assertThat(fhir.requests()).hasSize(2);
    assertThat(fhir.requests().get(1).body()).isEqualTo(fhir.requests().get(0).body());
    verify(fixture.requests, times(2)).renewLease(Requests.ofDay());
    verify(fixture.ledger).record(any(), any());
  }

  @Test
  void a_long_page_yields_between_two_transactions() {
    fhir.answers(taken(100));
    doThrow(new PreemptedException(Requests.ofDay()))
        .when(fixture.requests)
        .yieldToHigherPriority(any());

    Exchange delivered =
        fixture.send(
            "direct:deliver-page",
            new TranslatedPage(Requests.firstPage(), null, weighings(150)),
            Map.of(),
            Map.of("request", Requests.ofDay()));

    assertThat(delivered.getException(PreemptedException.class)).isNotNull();
    assertThat(fhir.requests()).hasSize(1);
    verify(fixture.requests).yieldToHigherPriority(Requests.ofDay());
    verify(fixture.ledger).record(any(), any());
  }

  @Test
  void what_comes_back_after_it_was_withdrawn_is_amended() {
    fhir.answers(taken(1));
    when(fixture.ledger.withdrawn(any(), any())).thenReturn(Set.of(ids(WEIGHING).get(0)));

    deliver(WEIGHING);

    assertThat(fhir.requests().get(0).body())
        .contains("\"status\":\"amended\"")
        .doesNotContain("\"status\":\"final\"");
  }

  @Test
  void what_is_unchanged_is_not_sent() {
    when(fixture.ledger.hashes(any(), any())).thenReturn(hashes(WEIGHING));

    Exchange delivered = deliver();

    assertThat(delivered.getException()).isNull();
    assertThat(fhir.requests()).isEmpty();
    assertThat(delivered.getMessage().getBody(FetchRequest.class).seen())
        .isEqualTo(WEIGHING.rows());
  }

  /** Every answer of docs/errors.md that is not of an entry. */
  @ParameterizedTest
  @CsvSource({
    "301, REDIRECT",
    "302, REDIRECT",
    "307, REDIRECT",
    "401, MISCONFIGURED",
    "403, MISCONFIGURED",
    "404, MISCONFIGURED",
    "405, MISCONFIGURED",
    "406, MISCONFIGURED",
    "410, MISCONFIGURED",
    "415, MISCONFIGURED",
    "501, MISCONFIGURED",
    "408, TIMED_OUT",
    "409, CONFLICT",
    "423, CONFLICT",
    "425, CONFLICT",
    "429, THROTTLED",
    "500, UNAVAILABLE",
    "502, UNAVAILABLE",
    "503, UNAVAILABLE",
    "504, UNAVAILABLE",
    "418, OTHER",
  })
  void a_transaction_that_the_server_does_not_take_is_neither_recorded_nor_a_dead_letter(
      int status, FhirAnswer meaning) {
    fhir.answers(status, Map.of("Content-Type", "text/plain"), "Anna, 81.5 kg");

    Exchange failed = deliver();

    assertThat(FhirFailure.meaning(failed.getException())).isEqualTo(meaning);
    assertThat(FhirFailure.describe(failed.getException()))
        .isEqualTo("FHIR server answered HTTP " + status);
    // The client itself may repeat a call that is answered 408.
    assertThat(fhir.requests().stream().map(LoopbackServer.Request::body).distinct()).hasSize(1);
    verify(fixture.ledger, never()).record(any(), any());
    verify(fixture.ledger, never()).deadLetter(any(), any(), any(), any());
  }

  /** 413 too: a smaller transaction is taken. */
  @ParameterizedTest
  @ValueSource(ints = {400, 412, 413, 422})
  void what_may_be_of_an_entry_is_sent_in_smaller_parts(int status) {
    fhir.answers(status, Map.of("Content-Type", "text/plain"), "no").answers(taken(1));

    assertThat(deliver().getException()).isNull();
    assertThat(fhir.requests()).hasSize(3);
    verify(fixture.ledger, never()).deadLetter(any(), any(), any(), any());
    assertThat(fixture.breakers.open()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"resourceType\": \"OperationOutcome\", \"issue\": [{\"severity\": \"error\"}]}",
        "{\"resourceType\": \"Bundle\", \"type\": \"transaction-response\"}",
        "{\"resourceType\": \"Bundle\", \"entry\": [{\"response\": {\"status\": \"201\"}},"
            + " {\"response\": {\"status\": \"422\"}}]}",
        "{\"resourceType\": \"Bundle\", \"entry\": [{\"response\": {\"status\": \"201\"}},"
            + " {\"resource\": {\"resourceType\": \"OperationOutcome\"}}]}",
        "{\"resourceType\": \"Bun",
        "<html>welcome</html>",
      })
  void an_answer_of_200_that_is_none_is_not_believed(String answer) {
    fhir.answers(200, Map.of("Content-Type", "application/fhir+json"), answer);

    Exchange failed = deliver();

    assertThat(FhirFailure.meaning(failed.getException())).isEqualTo(FhirAnswer.INCOMPLETE);
    verify(fixture.ledger, never()).record(any(), any());
    verify(fixture.ledger, never()).deadLetter(any(), any(), any(), any());
  }

  @ParameterizedTest
  @CsvSource({"503, 120, 120", "429, 120, 120", "503, 'Sat, 02 Mar 2024 10:17:30 GMT', 120"})
  void nothing_more_is_sent_for_as_long_as_the_server_asks(
      int status, String header, long seconds) {
    fhir.answers(status, Map.of("Retry-After", header), "");

    deliver();
    fixture.breakersClock.advance(Duration.ofSeconds(seconds - 1));
    Exchange held = deliver();

    assertThat(held.getException()).hasRootCauseInstanceOf(FhirHeldException.class);
    assertThat(fhir.requests()).hasSize(1);
    fixture.breakersClock.advance(Duration.ofSeconds(2));
    deliver();
    assertThat(fhir.requests()).hasSize(2);
  }

  @Test
  void a_server_that_is_down_is_tried_once_a_step_and_has_all_when_it_is_back() {
    fhir.answers(503, Map.of(), "");
    for (int i = 0; i < 20; i++) {
      deliver();
    }
    assertThat(fhir.requests()).hasSize(5);
    assertThat(fixture.concurrency.most()).isEqualTo(2);
    assertThat(deliver().getException()).hasRootCauseInstanceOf(FhirHeldException.class);

    for (int step = 1; step <= 6; step++) {
      fixture.breakersClock.advance(Duration.ofMinutes(1));
      deliver();
      deliver();
      assertThat(fhir.requests()).hasSize(5 + step);
    }

    fhir.forget();
    fhir.answers(taken(2));
    fixture.breakersClock.advance(Duration.ofMinutes(1));
    for (int i = 0; i < 20; i++) {
      assertThat(deliver().getException()).isNull();
    }
    assertThat(fhir.requests()).hasSize(20);
    assertThat(fixture.concurrency.most()).isEqualTo(4);
  }

  @Test
  void a_server_that_is_not_there_is_down_after_five_calls() {
    try (RouteFixture alone =
        RouteFixture.of(
            "deliver", new TestSettings().set("FHIR_SERVER_URL", "http://localhost:1/fhir"))) {
      for (int i = 0; i < 5; i++) {
        Exchange failed =
            alone.send(
                "direct:deliver-page", new TranslatedPage(Requests.firstPage(), null, WEIGHING));
        assertThat(FhirFailure.meaning(failed.getException())).isEqualTo(FhirAnswer.NOT_REACHED);
      }

      assertThat(alone.breakers.open())
          .singleElement()
          .satisfies(down -> assertThat(down.problem()).startsWith("FHIR server not reached"));
    }
  }

  @Test
  void a_server_that_refuses_is_not_down() {
    fhir.answers(422, Map.of("Content-Type", "text/plain"), "no");

    for (int i = 0; i < 20; i++) {
      deliver();
    }

    assertThat(fixture.breakers.open()).isEmpty();
  }

  @Test
  void a_server_that_takes_no_ids_of_clients_is_sent_nothing_more_and_the_reason_is_shown() {
    fhir.answers(
        404,
        Map.of("Content-Type", "application/fhir+json"),
        """
        {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "processing",
         "diagnostics": "HAPI-0959: No resource exists on this server resource with ID[wth-1], and client-assigned IDs are not enabled."}]}
        """);

    deliver();
    Exchange held = deliver();

    assertThat(held.getException()).isInstanceOf(FhirHeldException.class);
    assertThat(fhir.requests()).hasSize(1);
    assertThat(fixture.breakers.open())
        .singleElement()
        .satisfies(open -> assertThat(open.problem()).contains("client_id_strategy"));
    verify(fixture.ledger, never()).deadLetter(any(), any(), any(), any());
  }

  @Test
  void a_refused_resource_becomes_a_dead_letter_alone_and_its_neighbour_is_delivered() {
    fhir.answers(422, Map.of("Content-Type", "text/plain"), "Anna, 81.5 kg")
        .answers(taken(1))
        .answers(422, Map.of("Content-Type", "text/plain"), "Anna, 81.5 kg HAPI-0931");

    Exchange delivered = deliver();

    assertThat(delivered.getException()).isNull();
    assertThat(fhir.requests()).hasSize(3);
    assertThat(fhir.requests().get(1).body()).contains("Device/").doesNotContain("Patient/p1");
    assertThat(fhir.requests().get(2).body()).contains("Patient/p1");
    verify(fixture.ledger)
        .deadLetter(
            eq(Requests.ofDay()),
            argThat(entry -> entry.resourceType().equals("Observation")),
            eq("fhir-refused"),
            eq("FHIR server answered HTTP 422 HAPI-0931"));
    verify(fixture.ledger)
        .record(any(), argThat(entries -> entries.get(0).resourceType().equals("Device")));
    assertThat(delivered.getMessage().getBody(FetchRequest.class).seen())
        .isEqualTo(WEIGHING.rows());
    assertThat(fixture.counted("vitalroutes.failures", "outcome", "dead-letter")).isEqualTo(1);
  }

  @Test
  void a_resource_that_the_server_names_is_sent_alone_at_once() {
    fhir.answers(
            400,
            Map.of("Content-Type", "application/fhir+json"),
            """
            {"resourceType": "OperationOutcome", "issue": [{"severity": "error",
             "code": "invalid", "expression": ["Bundle.entry[2].resource.subject"]}]}
            """)
        .answers(taken(2))
        .answers(taken(1))
        .answers(taken(3));

    deliver(OF_FIVE);

    assertThat(fhir.requests())
        .extracting(request -> request.body().split("\"PUT\"", -1).length - 1)
        .containsExactly(6, 2, 1, 3);
  }

  @Test
  void a_server_that_refuses_everything_makes_a_dead_letter_of_the_request_only() {
    fhir.answers(422, Map.of("Content-Type", "text/plain"), "no");

    assertThat(FhirFailure.refuses(deliver(OF_TWENTY).getException())).isTrue();
    verify(fixture.ledger, times(8)).deadLetter(any(), any(), any(), any());
    verify(fixture.ledger, never()).record(any(), any());
  }

  @Test
  void what_is_not_the_fault_of_an_entry_is_not_taken_apart() {
    fhir.answers(503, Map.of(), "");

    deliver();

    assertThat(fhir.requests()).hasSize(1);
    verify(fixture.ledger, never()).deadLetter(any(), any(), any(), any());
  }

  @Test
  void half_a_transaction_is_none() {
    fhir.answers(taken(1));

    assertThat(FhirFailure.refuses(deliver().getException())).isFalse();
    verify(fixture.ledger, never()).record(any(), any());
  }

  @Test
  void a_worker_that_lost_its_lease_sends_nothing() {
    doThrow(new LeaseLostException(Requests.ofDay())).when(fixture.requests).renewLease(any());

    assertThat(deliver().getException()).hasRootCauseInstanceOf(LeaseLostException.class);
    assertThat(fhir.requests()).isEmpty();
  }

  @Test
  void a_worker_that_lost_its_lease_while_it_sent_gives_up() {
    fhir.answers(taken(2));
    doThrow(new LeaseLostException(Requests.ofDay())).when(fixture.ledger).record(any(), any());

    assertThat(deliver().getException()).hasRootCauseInstanceOf(LeaseLostException.class);
    assertThat(fixture.counted("vitalroutes.resources.delivered", "kind", "measures")).isZero();
  }

  @Test
  void what_removed_is_read_and_sent_back_as_entered_in_error() {
    when(fixture.ledger.valid(any(), any())).thenReturn(List.of(GONE));
    fhir.answers(gone("Patient/p1")).answers(taken(1));

    Exchange withdrawn = removed();

    assertThat(withdrawn.getException()).isNull();
    assertThat(fhir.requests())
        .extracting(LoopbackServer.Request::method)
        .containsExactly("GET", "POST");
    assertThat(fhir.requests().get(0).uri()).startsWith("/fhir/Observation/" + GONE_ID);
    assertThat(fhir.requests().get(1).body()).contains("entered-in-error");
    verify(fixture.ledger).record(any(), any());
    assertThat(withdrawn.getMessage().getBody()).isEqualTo(PROVED);
  }

  @Test
  void the_body_mass_index_of_a_weight_that_is_not_to_have_one_is_withdrawn() {
    Delivered index = new Delivered("bmi-4711-1", "Observation", GONE_ID, Requests.FROM, "", false);
    when(fixture.ledger.hashes(any(), any())).thenReturn(hashes(WEIGHING));
    when(fixture.ledger.validAmong(any(), eq(List.of("bmi-4711-1")))).thenReturn(List.of(index));
    fhir.answers(gone("Patient/p1")).answers(taken(1));

    Exchange delivered =
        fixture.send(
            "direct:deliver-page",
            new TranslatedPage(Requests.firstPage(), null, WEIGHING),
            Map.of(),
            Map.of("request", Requests.ofDay()));

    assertThat(delivered.getException()).isNull();
    assertThat(fhir.requests())
        .extracting(LoopbackServer.Request::method)
        .containsExactly("GET", "POST");
    assertThat(fhir.requests().get(1).body()).contains("entered-in-error");
    assertThat(delivered.getMessage().getBody()).isInstanceOf(FetchRequest.class);
  }

  @Test
  void what_is_another_patients_is_not_withdrawn() {
    when(fixture.ledger.valid(any(), any())).thenReturn(List.of(GONE));
    fhir.answers(gone("Patient/another"));

    assertThat(removed().getException()).isNull();

    assertThat(fhir.requests()).extracting(LoopbackServer.Request::method).containsExactly("GET");
    verify(fixture.ledger, never()).record(any(), any());
  }

  @Test
  void what_the_account_delivered_for_another_patient_is_not_looked_at() {
    when(fixture.ledger.valid(any(), any()))
        .thenReturn(
            List.of(
                new Delivered(
                    "gone",
                    "Observation",
                    new Identifiers(Identifiers.DEFAULT_NAMESPACE).id("another", "gone"),
                    Requests.FROM,
                    "00",
                    false)));

    assertThat(removed().getException()).isNull();
    assertThat(fhir.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"404", "410"})
  void what_the_server_has_no_more_needs_no_withdrawal(int status) {
    when(fixture.ledger.valid(any(), any())).thenReturn(List.of(GONE));
    fhir.answers(status, Map.of(), "");

    Exchange withdrawn = removed();

    assertThat(withdrawn.getException()).isNull();
    assertThat(fhir.requests()).hasSize(1);
    verify(fixture.ledger).record(Requests.ofDay(), List.of(GONE.gone()));
    assertThat(withdrawn.getMessage().getBody()).isEqualTo(PROVED);
  }

  @Test
  void where_nothing_removed_the_server_is_not_asked() {
    when(fixture.ledger.valid(any(), any())).thenReturn(List.of());

    assertThat(removed().getException()).isNull();
    assertThat(fhir.requests()).isEmpty();
  }

  @Test
  void what_is_deleted_is_sent_by_id_and_forgotten() {
    fhir.answers(taken(1));

    assertThat(deleted(GONE).getException()).isNull();

    assertThat(fhir.requests())
        .singleElement()
        .satisfies(
            call ->
                assertThat(call.body())
                    .contains("\"DELETE\"", "\"Observation/" + GONE_ID + "\"")
                    .doesNotContain("\"resource\"", "fullUrl"));
    verify(fixture.requests).renewLease(Requests.ofDay());
    verify(fixture.ledger).record(Requests.ofDay(), List.of(GONE.gone()));
  }

  @Test
  void what_something_else_refers_to_becomes_a_dead_letter_and_its_neighbour_is_deleted() {
    Delivered other =
        new Delivered(
            "other",
            "Observation",
            new Identifiers(Identifiers.DEFAULT_NAMESPACE).id("p1", "other"),
            Requests.FROM,
            "00",
            false);
    // A conflict is tried once more.
    fhir.answers(409, Map.of("Content-Type", "text/plain"), REFERRED_TO)
        .answers(409, Map.of("Content-Type", "text/plain"), REFERRED_TO)
        .answers(taken(1))
        .answers(409, Map.of("Content-Type", "text/plain"), REFERRED_TO);

    assertThat(deleted(other, GONE).getException()).isNull();

    verify(fixture.ledger).record(Requests.ofDay(), List.of(other.gone()));
    verify(fixture.ledger)
        .deadLetter(Requests.ofDay(), GONE.gone(), "fhir-refused", "FHIR server answered HTTP 409");
  }

  @Test
  void another_conflict_is_no_refusal() {
    fhir.answers(409, Map.of("Content-Type", "text/plain"), "HAPI-0550: HAPI-0825");

    assertThat(deleted(GONE).getException()).isNotNull();
    assertThat(deliver().getException()).isNotNull();
    // Each once more.
    assertThat(fhir.requests()).hasSize(4);
    verify(fixture.ledger, never()).deadLetter(any(), any(), any(), any());
  }

  @Test
  void nothing_of_the_message_leaves_with_it() {
    fhir.answers(taken(2));

    fixture.send(
        "direct:deliver-page",
        new TranslatedPage(Requests.firstPage(), null, WEIGHING),
        Map.of(
            "Authorization", "Bearer the-token",
            "patient", "Anna",
            "CamelHttpUri", "http://localhost:1/",
            "CamelFhir.serverUrl", "http://localhost:1/",
            "CamelFhir.bundle", "{}"),
        Map.of());

    assertThat(fhir.requests())
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.headers()).doesNotContainKeys("Authorization", "Patient");
              assertThat(call.body()).contains("Patient/p1");
            });
  }

  private static Exchange deliver() {
    return deliver(WEIGHING);
  }

  private static Exchange deliver(Translation translation) {
    return fixture.send(
        "direct:deliver-page", new TranslatedPage(Requests.firstPage(), null, translation));
  }

  /** A Device and so many Observations. */
  private static Translation weighings(int count) {
    MeasureReply reply = reply();
    for (int i = 1; i <= count; i++) {
      reply.group(i, group -> group.measure(1, 70, 0));
    }
    return new MeasureTranslator(
            MeasureTable.standard(), new Identifiers(Identifiers.DEFAULT_NAMESPACE))
        .translate(reply.page(), new Subject("Patient/p1", "4711"), RouteFixture.NOW, Map.of());
  }

  private static Exchange deleted(Delivered... entries) {
    return fixture.send(
        "direct:deliver-delete",
        null,
        Map.of(),
        Map.of("request", Requests.ofDay(), "removed", List.of(entries)));
  }

  private static String gone(String subject) {
    return "{\"resourceType\": \"Observation\", \"id\": \""
        + GONE_ID
        + "\", \"status\": \"final\", \"subject\": {\"reference\": \""
        + subject
        + "\"}}";
  }

  private static Exchange removed() {
    return fixture.send(
        "direct:deliver-removed", PROVED, Map.of(), Map.of("request", Requests.ofDay()));
  }

  private static String taken(int entries) {
    return "{\"resourceType\": \"Bundle\", \"type\": \"transaction-response\", \"entry\": ["
        + String.join(",", Collections.nCopies(entries, "{\"response\": {\"status\": \"201\"}}"))
        + "]}";
  }

  private static List<String> ids(Translation translation) {
    return translation.produced().stream()
        .filter(each -> each.resource() instanceof Observation)
        .map(Produced::id)
        .toList();
  }

  private static Map<String, String> hashes(Translation translation) {
    return translation.produced().stream()
        .collect(Collectors.toMap(Produced::key, each -> ContentHash.of(each.resource())));
  }
}
