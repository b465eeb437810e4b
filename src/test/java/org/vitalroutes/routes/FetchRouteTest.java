package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import ca.uhn.fhir.rest.client.exceptions.FhirClientConnectionException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.accounts.ReconnectRequiredException;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderThrottledException;
import org.vitalroutes.provider.ProviderUnauthorizedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.store.AccountTokens.AccessToken;
import org.vitalroutes.store.Budget;
import org.vitalroutes.store.NotConnectedException;
import org.vitalroutes.sync.ClaimLimit;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Destination;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.KnownDevice;
import org.vitalroutes.sync.LeaseLostException;
import org.vitalroutes.sync.PreemptedException;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.Recheck;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.sync.Window;
import org.vitalroutes.testsupport.MeasureReply;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.withings.VendorDetail;
import org.vitalroutes.withings.WithingsCall;

class FetchRouteTest {

  private static final RouteFixture fixture = RouteFixture.of("fetch");
  private static final JsonNode REPLY = MeasureReply.tree("{\"measuregrps\": []}");

  @BeforeEach
  void forget() {
    fixture.forget();
    fixture.neighbour("direct:tokens-call").answers(REPLY);
    fixture
        .neighbour("direct:deliver-page")
        .does(
            exchange -> {
              // A detail's delivery leaves nothing behind.
              if (exchange.getMessage().getBody() instanceof VendorReply page) {
                exchange.getMessage().setBody(page.fetch().after(List.of("a"), true, null));
              }
            });
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  // ── One sync request ──────────────────────────────────────────────────────────────────────────

  @Test
  void a_request_is_fetched_translated_delivered_and_ended() {
    serve(Requests.ofDay());

    assertThat(calls())
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.path()).isEqualTo("/measure");
              assertThat(call.form())
                  .isEqualTo("action=getmeas&category=1&enddate=1709337600&startdate=1709251200");
            });
    assertThat(RouteFixture.bodies(fixture.neighbour("direct:translate-page"), VendorReply.class))
        .containsExactly(new VendorReply(Requests.firstPage(), REPLY));
    assertThat(RouteFixture.bodies(fixture.neighbour("direct:deliver-removed"), FetchRequest.class))
        .containsExactly(Requests.firstPage().after(List.of("a"), true, null));
    assertThat(fixture.neighbour("direct:deliver-patient").seen()).isEmpty();
    verify(fixture.requests).complete(Requests.ofDay(), RouteFixture.NOW);
  }

  @Test
  void every_page_is_delivered_before_the_next_is_fetched() {
    fixture.neighbour("direct:deliver-page").forget();
    fixture
        .neighbour("direct:deliver-page")
        .does(exchange -> exchange.getMessage().setBody(after(exchange, 300L)))
        .does(exchange -> exchange.getMessage().setBody(after(exchange, 600L)))
        .does(exchange -> exchange.getMessage().setBody(after(exchange, null)));

    serve(Requests.ofPoll());

    assertThat(calls())
        .extracting(WithingsCall::form)
        .containsExactly(
            "action=getmeas&category=1&lastupdate=1709251200",
            "action=getmeas&category=1&lastupdate=1709251200&offset=300",
            "action=getmeas&category=1&lastupdate=1709251200&offset=600");
    verify(fixture.requests).complete(Requests.ofPoll(), RouteFixture.NOW);
  }

  @Test
  void a_request_goes_on_at_the_page_at_which_a_worker_before_had_arrived() {
    FetchRequest third =
        FetchRequest.resumed(Requests.ofPoll(), RouteFixture.NOW, 600, Set.of("a"), true, 3);
    when(fixture.requests.storedPage(Requests.ofPoll())).thenReturn(Optional.of(third));

    serve(Requests.ofPoll());

    assertThat(calls())
        .extracting(WithingsCall::form)
        .containsExactly("action=getmeas&category=1&lastupdate=1709251200&offset=600");
    verify(fixture.requests, never()).storePage(any());
  }

  @Test
  void a_request_yields_between_two_pages() {
    fixture.neighbour("direct:deliver-page").forget();
    fixture
        .neighbour("direct:deliver-page")
        .does(exchange -> exchange.getMessage().setBody(after(exchange, 300L)));
    doThrow(new PreemptedException(Requests.ofDay())).when(fixture.requests).storePage(any());

    serve(Requests.ofDay());

    verify(fixture.requests).storePage(Requests.firstPage().after(List.of(), true, 300L));
    verify(fixture.requests).release(Requests.ofDay());
    verify(fixture.requests, never()).complete(any(), any());
    assertThat(calls()).hasSize(1);
  }

  @Test
  void the_patient_is_looked_for_once() {
    fixture.neighbour("direct:deliver-patient").answers(Requests.ofDay());

    serve(Requests.withoutPatient());

    assertThat(fixture.neighbour("direct:deliver-patient").seen()).hasSize(1);
    assertThat(RouteFixture.bodies(fixture.neighbour("direct:deliver-page"), VendorReply.class))
        .singleElement()
        .satisfies(
            page -> assertThat(page.fetch().request().account().patientId()).isEqualTo("p1"));
  }

  // ── What the devices are ──────────────────────────────────────────────────────────────────────

  private static final KnownDevice SCALE = new KnownDevice("a".repeat(40), 5, "Body+", "Scale");

  @Test
  void devices_that_are_due_are_listed_before_the_data() {
    when(fixture.devices.areDue(Requests.ACCOUNT.id())).thenReturn(true);
    when(fixture.devices.of(Requests.ACCOUNT.id())).thenReturn(Map.of(SCALE.hash(), SCALE));
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .answers(
            MeasureReply.tree(
                "{\"devices\": [{\"model\": \"Body+\", \"model_id\": 5, \"type\": \"Scale\","
                    + " \"hash_deviceid\": \""
                    + SCALE.hash()
                    + "\"}]}"))
        .answers(REPLY);

    serve(Requests.ofDay());

    assertThat(calls()).extracting(WithingsCall::path).containsExactly("/v2/user", "/measure");
    verify(fixture.devices).store(Requests.ACCOUNT.id(), List.of(SCALE));
    assertThat(RouteFixture.bodies(fixture.neighbour("direct:translate-page"), VendorReply.class))
        .containsExactly(
            new VendorReply(Requests.firstPage(), REPLY, Map.of(SCALE.hash(), SCALE), null));
    verify(fixture.requests).complete(Requests.ofDay(), RouteFixture.NOW);
  }

  @ParameterizedTest
  @MethodSource
  void devices_that_do_not_come_hold_no_data_back(Exception failure) {
    when(fixture.devices.areDue(Requests.ACCOUNT.id())).thenReturn(true);
    fixture.neighbour("direct:tokens-call").forget();
    fixture.neighbour("direct:tokens-call").fails(failure);
    fixture.neighbour("direct:tokens-call").answers(REPLY);

    serve(Requests.ofDay());

    verify(fixture.devices).recordUnknown(Requests.ACCOUNT.id());
    verify(fixture.devices, never()).store(any(), any());
    assertThat(RouteFixture.bodies(fixture.neighbour("direct:translate-page"), VendorReply.class))
        .containsExactly(new VendorReply(Requests.firstPage(), REPLY));
    verify(fixture.requests).complete(Requests.ofDay(), RouteFixture.NOW);
  }

  static Stream<Exception> devices_that_do_not_come_hold_no_data_back() {
    return Stream.of(
        new ProviderRefusedException(403, "Withings answered status 403"),
        new ProviderThrottledException("Withings answered status 601", Duration.ofSeconds(60)),
        new ProviderUnavailableException("Withings answered HTTP 500", null),
        unauthorized(),
        new IOException("Anna"));
  }

  // ── What single rows need besides ─────────────────────────────────────────────────────────────

  private static final SyncRequest RECORDINGS = Requests.firstPage(DataKind.ECG).request();
  private static final JsonNode LIST =
      MeasureReply.tree(
          "{\"series\": [{\"timestamp\": 1709300000, \"ecg\": {\"signalid\": 7}},"
              + " {\"timestamp\": 1709300100, \"ecg\": {\"signalid\": 8}},"
              + " {\"timestamp\": 1709300200}]}");
  private static final JsonNode SIGNAL = MeasureReply.tree("{\"signal\": [1, 2]}");

  @Test
  void the_curve_of_every_ecg_is_fetched_and_goes_with_its_page() {
    fixture.neighbour("direct:tokens-call").forget();
    fixture.neighbour("direct:tokens-call").answers(LIST).answers(SIGNAL).answers(SIGNAL);

    serve(RECORDINGS);

    assertThat(calls())
        .extracting(WithingsCall::form)
        .containsExactly(
            "action=list&enddate=1709337600&startdate=1709251200",
            "action=get&signalid=7",
            "action=get&signalid=8");
    assertThat(RouteFixture.bodies(fixture.neighbour("direct:translate-page"), VendorReply.class))
        .containsExactly(new VendorReply(Requests.firstPage(DataKind.ECG), LIST));
    assertThat(details())
        .extracting(VendorDetail::bodies)
        .containsExactly(List.of(SIGNAL), List.of(SIGNAL));
    assertThat(fixture.neighbour("direct:deliver-page").seen()).hasSize(3);
    verify(fixture.requests).complete(RECORDINGS, RouteFixture.NOW);
  }

  @Test
  void a_curve_that_was_delivered_is_not_fetched_again() {
    fixture.neighbour("direct:tokens-call").forget();
    fixture.neighbour("direct:tokens-call").answers(LIST).answers(SIGNAL);
    serve(RECORDINGS);
    String hash = details().get(0).call().rowHash();
    when(fixture.ledger.rowHashes(Requests.ACCOUNT.id(), List.of("ecg-4711-7", "ecg-4711-8")))
        .thenReturn(Map.of("ecg-4711-7", hash, "ecg-4711-8", "of something else"));
    fixture.neighbour("direct:tokens-call").forget();
    fixture.neighbour("direct:tokens-call").answers(LIST).answers(SIGNAL);

    serve(RECORDINGS);

    assertThat(calls())
        .extracting(WithingsCall::form)
        .containsExactly(
            "action=list&enddate=1709337600&startdate=1709251200", "action=get&signalid=8");
  }

  @Test
  void the_stages_of_a_night_are_fetched_a_day_at_a_time() {
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .answers(
            MeasureReply.tree(
                """
                {"series": [
                  {"id": 6, "startdate": 1709164800, "enddate": 1709254800, "data": {"total_sleep_time": 60}},
                  {"id": 5, "startdate": 1609164800, "enddate": 1609184800, "data": {"total_sleep_time": 60}}]}
                """))
        .answers(REPLY);

    serve(Requests.firstPage(DataKind.SLEEP).request());

    assertThat(calls())
        .extracting(WithingsCall::form)
        .filteredOn(form -> form.contains("action=get&"))
        .map(form -> form.replaceAll("&data_fields=[^&]*", ""))
        .containsExactly(
            "action=get&enddate=1709251200&startdate=1709164800",
            "action=get&enddate=1709254800&startdate=1709251200");
    assertThat(details())
        .singleElement()
        .satisfies(detail -> assertThat(detail.bodies()).containsExactly(REPLY, REPLY));
  }

  @Test
  void a_curve_that_withings_refuses_is_left_out_and_the_rest_goes_on() {
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .answers(LIST)
        .fails(new ProviderRefusedException(293, "Withings answered status 293"))
        .answers(SIGNAL);

    serve(RECORDINGS);

    assertThat(details())
        .extracting(VendorDetail::bodies)
        .containsExactly(List.of(), List.of(SIGNAL));
    verify(fixture.requests).complete(RECORDINGS, RouteFixture.NOW);
  }

  @Test
  void a_curve_that_may_come_later_is_waited_for() {
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .answers(LIST)
        .fails(new ProviderUnavailableException("later", Duration.ofMinutes(1)));

    serve(RECORDINGS);

    verify(fixture.requests).retryLater(RECORDINGS, Duration.ofMinutes(1), "later", null);
    assertThat(details()).isEmpty();
  }

  @Test
  void a_curve_that_fails_every_time_does_not_hold_back_the_others() {
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .answers(LIST)
        .answers(SIGNAL)
        .fails(new ProviderUnavailableException("without its list", null));

    serve(Requests.inSecondTry(RECORDINGS));

    assertThat(details()).extracting(each -> each.call().key()).containsExactly("ecg-4711-8");
  }

  @Test
  void a_request_yields_between_two_curves() {
    fixture.neighbour("direct:tokens-call").forget();
    fixture.neighbour("direct:tokens-call").answers(LIST).answers(SIGNAL).answers(SIGNAL);
    doThrow(new PreemptedException(RECORDINGS))
        .when(fixture.requests)
        .yieldToHigherPriority(RECORDINGS);

    serve(RECORDINGS);

    assertThat(details()).hasSize(1);
    verify(fixture.requests).release(RECORDINGS);
    verify(fixture.requests, never()).complete(any(), any());
  }

  @ParameterizedTest
  @EnumSource(names = {"CONNECTION", "BACKFILL"})
  void a_history_leaves_the_curves_until_all_summaries_are_there(Priority priority) {
    SyncRequest history = Requests.atPriority(priority, DataKind.ECG);
    fixture.neighbour("direct:tokens-call").forget();
    fixture.neighbour("direct:tokens-call").answers(LIST);

    serve(history);

    assertThat(calls()).hasSize(1);
    assertThat(details()).isEmpty();
    verify(fixture.requests).requestDetails(history);
    verify(fixture.requests).complete(history, RouteFixture.NOW);
  }

  @Test
  void a_history_without_details_asks_for_none() {
    serve(Requests.atPriority(Priority.BACKFILL, DataKind.MEASURES));

    verify(fixture.requests, never()).requestDetails(any());
  }

  @Test
  void without_the_setting_no_curve_is_fetched() {
    try (RouteFixture without =
        RouteFixture.of("fetch", new TestSettings().set("ECG_WAVEFORM", "false"))) {
      Exchange listed =
          without.send(
              "direct:fetch-details",
              null,
              Map.of(),
              Map.of("page", new VendorReply(Requests.firstPage(DataKind.ECG), LIST)));

      assertThat(listed.getException()).isNull();
      assertThat(without.neighbour("direct:translate-detail").seen()).isEmpty();
    }
    assertThat(calls()).isEmpty();
  }

  private static List<VendorDetail> details() {
    return RouteFixture.bodies(fixture.neighbour("direct:translate-detail"), VendorDetail.class);
  }

  // ── Failures, each with its outcome ───────────────────────────────────────────────────────────

  @ParameterizedTest
  @MethodSource
  void what_may_pass_is_tried_again_later(Exception failure, String detail) {
    fixture.neighbour("direct:tokens-call").forget();
    fixture.neighbour("direct:tokens-call").fails(failure);

    serve(Requests.ofDay());

    verify(fixture.requests).retryLater(eq(Requests.ofDay()), any(), eq(detail), any());
    assertNotEndedOtherwise("retry");
    verify(fixture.requests, never()).deadLetter(any(), any(), any());
  }

  static Stream<Arguments> what_may_pass_is_tried_again_later() {
    return Stream.of(
        Arguments.of(
            new ProviderUnavailableException("Withings answered HTTP 500", null),
            "Withings answered HTTP 500"),
        Arguments.of(new InternalErrorException("Anna"), "FHIR server answered HTTP 500"),
        Arguments.of(new IOException("Anna"), "java.io.IOException"),
        Arguments.of(
            new DataAccessResourceFailureException("Anna"),
            "org.springframework.dao.DataAccessResourceFailureException"),
        Arguments.of(
            new DataAccessResourceFailureException("Anna", new SQLException("Anna")),
            "java.sql.SQLException"),
        Arguments.of(
            new NotConnectedException(Requests.ACCOUNT.id()),
            "org.vitalroutes.store.NotConnectedException"));
  }

  /** The innermost cause is a socket's and says nothing of whose it is. */
  @Test
  void a_fhir_server_that_is_not_there_is_named_so() {
    fixture.neighbour("direct:deliver-page").forget();
    fixture
        .neighbour("direct:deliver-page")
        .fails(new FhirClientConnectionException(new ConnectException("Anna")));

    serve(Requests.ofDay());

    verify(fixture.requests)
        .retryLater(
            eq(Requests.ofDay()), any(), eq("FHIR server not reached"), eq(Destination.FHIR));
  }

  @Test
  void the_wait_that_withings_asks_for_is_kept() {
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .fails(new ProviderUnavailableException("later", Duration.ofMinutes(1)));

    serve(Requests.ofDay());

    verify(fixture.requests).retryLater(Requests.ofDay(), Duration.ofMinutes(1), "later", null);
  }

  @ParameterizedTest
  @MethodSource
  void what_needs_a_person_becomes_a_dead_letter(Exception failure, String reason, String detail) {
    fixture.neighbour("direct:deliver-page").forget();
    fixture.neighbour("direct:deliver-page").fails(failure);

    serve(Requests.ofDay());

    verify(fixture.requests).deadLetter(Requests.ofDay(), reason, detail);
    assertNotEndedOtherwise("dead-letter");
    verify(fixture.requests, never()).retryLater(any(), any(), any(), any());
  }

  static Stream<Arguments> what_needs_a_person_becomes_a_dead_letter() {
    return Stream.of(
        Arguments.of(
            new ProviderRefusedException(293, "Withings answered status 293"),
            "withings-refused",
            "Withings answered status 293"),
        Arguments.of(
            new UnprocessableEntityException("Anna"),
            "fhir-refused",
            "FHIR server answered HTTP 422"),
        Arguments.of(
            new IllegalStateException("Anna"), "unexpected", "java.lang.IllegalStateException"));
  }

  @Test
  void an_account_that_must_be_connected_again_holds_its_work() {
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .does(
            exchange -> {
              exchange.setVariable("token", token("the-token", 1));
              throw new ReconnectRequiredException(Requests.ACCOUNT.id());
            });

    serve(Requests.ofDay());

    verify(fixture.tokens).requireReconnect(Requests.ACCOUNT.id(), 1);
    verify(fixture.requests).retryLater(eq(Requests.ofDay()), any(), any(), any());
    assertNotEndedOtherwise("re-authorize");
  }

  @Test
  void a_request_that_another_worker_has_taken_over_is_left_alone() {
    fixture.neighbour("direct:deliver-page").forget();
    fixture.neighbour("direct:deliver-page").fails(new LeaseLostException(Requests.ofDay()));

    serve(Requests.ofDay());

    verify(fixture.requests).storedPage(Requests.ofDay());
    verifyNoMoreInteractions(fixture.requests);
    assertThat(fixture.counted("vitalroutes.failures", "outcome", "given-up")).isEqualTo(1);
  }

  // ── The token ─────────────────────────────────────────────────────────────────────────────────

  @Test
  void a_token_that_is_not_accepted_after_an_accepted_refresh_is_tried_again() {
    fixture.neighbour("direct:tokens-call").forget();
    fixture.neighbour("direct:tokens-call").fails(unauthorized());

    serve(Requests.ofDay());

    verify(fixture.tokens, never()).requireReconnect(any(), anyInt());
    verify(fixture.requests).retryLater(eq(Requests.ofDay()), any(), any(), any());
    assertNotEndedOtherwise("retry");
  }

  @Test
  void an_account_that_is_reported_to_be_unlinked_ends_when_its_tokens_are_refused() {
    when(fixture.unlinks.isReported(Requests.ACCOUNT.id())).thenReturn(true);
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .fails(new ReconnectRequiredException(Requests.ACCOUNT.id()));

    serve(Requests.ofDay());

    verify(fixture.accounts)
        .end(Requests.ACCOUNT.id(), Actor.of("withings"), false, OnDisconnect.KEEP);
    verify(fixture.tokens, never()).requireReconnect(any(), anyInt());
  }

  @Test
  void a_live_window_that_brought_nothing_new_is_read_again() {
    when(fixture.requests.awaitsData(Requests.ofDay())).thenReturn(true);

    serve(Requests.ofDay());

    verify(fixture.rechecks)
        .add(
            Requests.ofDay(),
            List.of(
                Recheck.nothingNew(
                    new Window(Requests.FROM, Requests.TO), Recheck.Reason.NOTHING_NEW)));
  }

  @Test
  void a_live_window_whose_details_are_delivered_or_that_serves_no_notification_is_read_once() {
    serve(Requests.ofDay());

    verify(fixture.rechecks, never()).add(any(), any());
  }

  @Test
  void a_notified_day_requests_workouts_by_its_exercise_and_anyway_when_it_has_nothing_new() {
    SyncRequest day = Requests.atPriority(Priority.LIVE, DataKind.ACTIVITY);
    when(fixture.requests.awaitsData(day)).thenReturn(true);
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .answers(
            MeasureReply.tree(
                "{\"activities\": [{\"date\": \"2024-03-01\", \"timezone\": \"Europe/Paris\","
                    + " \"hash_deviceid\": \"d\", \"steps\": 4000, \"moderate\": 600}]}"));

    serve(day);

    verify(fixture.requests).requestThen(day, "2024-03-01,d,600,0,0,0,0");
    verify(fixture.requests).requestThen(day, null);
  }

  @Test
  void a_poll_that_brought_something_is_recorded_as_the_find_of_something_lost() {
    SyncRequest poll =
        Requests.atPriority(Priority.CATCH_UP, DataKind.MEASURES).changedSince(Requests.FROM);
    serve(poll);
    verify(fixture.requests, never()).recordLost(any());

    fixture.neighbour("direct:deliver-page").forget();
    fixture
        .neighbour("direct:deliver-page")
        .does(
            exchange -> {
              FetchRequest fetch = exchange.getMessage().getBody(VendorReply.class).fetch();
              exchange.getMessage().setBody(fetch.after(List.of("a"), true, null).bringing(true));
            });
    serve(poll);
    verify(fixture.requests).recordLost(poll);
  }

  @Test
  void windows_that_are_due_are_read_again_one_by_one() {
    SyncRequest request = Requests.atPriority(Priority.RECHECK, DataKind.MEASURES);
    Window first = new Window(Requests.FROM, Requests.FROM.plusSeconds(60));
    Window second = new Window(Requests.TO, Requests.TO.plusSeconds(60));
    when(fixture.rechecks.due(request))
        .thenReturn(
            List.of(
                new Recheck(1, first, Recheck.Reason.REMOVAL, Set.of("gone"), null, 0),
                Recheck.nothingNew(second, Recheck.Reason.NOTHING_NEW)));

    serve(request);

    assertThat(fixture.neighbour("direct:deliver-removed").seen()).hasSize(2);
    verify(fixture.rechecks).done(argThat(recheck -> recheck.id() == 1));
    verify(fixture.rechecks)
        .add(any(), eq(List.of(Recheck.nothingNew(second, Recheck.Reason.STILL_NOTHING_NEW))));
    verify(fixture.rechecks).schedule(request);
    verify(fixture.requests).complete(request, RouteFixture.NOW);
  }

  @Test
  void before_a_row_is_taken_for_removed_what_was_edited_is_read() {
    SyncRequest request = Requests.atPriority(Priority.RECHECK, DataKind.MEASURES);
    Recheck removal =
        new Recheck(
            1,
            new Window(Requests.FROM, Requests.FROM.plusSeconds(60)),
            Recheck.Reason.REMOVAL,
            Set.of("gone"),
            Duration.ofSeconds(70),
            1);
    when(fixture.rechecks.due(request)).thenReturn(List.of(removal));
    when(fixture.rechecks.deliveredSince(request, List.of(removal)))
        .thenReturn(Optional.of(Requests.FROM));

    serve(request);

    assertThat(calls())
        .extracting(WithingsCall::form)
        .satisfiesExactly(
            poll -> assertThat(poll).contains("lastupdate=1709251200"),
            window -> assertThat(window).contains("startdate=", "enddate="));
    verify(fixture.rechecks).done(removal);
  }

  // ── Claims and leases ─────────────────────────────────────────────────────────────────────────

  @Test
  void claimed_requests_are_served() {
    when(fixture.requests.claim(any()))
        .thenReturn(List.of(Requests.ofDay(), Requests.firstPage(DataKind.WORKOUTS).request()));

    fixture.send("direct:fetch-claim", null, Map.of("fired", "now"), Map.of());

    verify(fixture.requests, timeout(5_000).times(2)).complete(any(), eq(RouteFixture.NOW));
    verify(fixture.requests).claim(new ClaimLimit(4, 4, Priority.DETAILS));
  }

  @Test
  void a_claim_of_nothing_and_a_claim_that_fails_leave_the_rest_to_the_next_run() {
    when(fixture.requests.claim(any()))
        .thenReturn(List.of())
        .thenThrow(new DataAccessResourceFailureException("no database"));

    assertThat(fixture.send("direct:fetch-claim", null).getException()).isNull();
    assertThat(fixture.send("direct:fetch-claim", null).getException()).isNull();
    verify(fixture.requests, times(2)).anyDue();
    verify(fixture.requests, times(2)).claim(any());
    verifyNoMoreInteractions(fixture.requests);
  }

  @Test
  void nothing_is_claimed_while_nothing_is_due() {
    when(fixture.requests.anyDue()).thenReturn(false);

    assertThat(fixture.send("direct:fetch-claim", null).getException()).isNull();

    verify(fixture.requests, never()).claim(any());
    verify(fixture.budget, never()).view();
  }

  @Test
  void nothing_is_claimed_while_no_call_is_left() {
    when(fixture.budget.view())
        .thenReturn(new Budget.View(120, 0, 0, RouteFixture.NOW.plusSeconds(60)));

    assertThat(fixture.send("direct:fetch-claim", null).getException()).isNull();

    verify(fixture.requests, never()).claim(any());
  }

  // ── A destination that is down ────────────────────────────────────────────────────────────────

  @Test
  void a_call_that_may_not_be_made_now_costs_the_request_no_try() {
    fixture.neighbour("direct:tokens-call").forget();
    fixture
        .neighbour("direct:tokens-call")
        .fails(new ProviderThrottledException("601", Duration.ofMinutes(1)));

    serve(Requests.ofDay());

    verify(fixture.requests).release(Requests.ofDay());
    assertNotEndedOtherwise("held");
  }

  @Test
  void five_calls_that_are_not_answered_open_the_breaker_and_the_last_is_no_try() {
    try (LoopbackServer withings = new LoopbackServer();
        RouteFixture whole =
            RouteFixture.of(
                new TestSettings().set("WITHINGS_API_URL", withings.url()),
                "fetch",
                "tokens",
                "call")) {
      withings.answers(502, Map.of(), "");
      when(whole.tokens.accessToken(Requests.ACCOUNT.id())).thenReturn(token("the-token", 1));

      for (int i = 0; i < 12; i++) {
        whole.send("seda:fetch-work?waitForTaskToComplete=Always", Requests.ofDay());
      }

      assertThat(withings.requests()).hasSize(5);
      verify(whole.requests, times(4))
          .retryLater(
              eq(Requests.ofDay()),
              any(),
              eq("Withings answered HTTP 502"),
              eq(Destination.WITHINGS));
      verify(whole.requests)
          .hold(
              eq(Requests.ofDay()),
              any(),
              eq("Withings answered HTTP 502"),
              eq(Destination.WITHINGS));
      verify(whole.requests, times(7)).release(Requests.ofDay());
      verify(whole.requests, never()).deadLetter(any(), any(), any());
    }
  }

  @ParameterizedTest
  @EnumSource(Destination.class)
  void nothing_is_claimed_while_a_destination_is_down_and_one_request_to_try_it(
      Destination destination) {
    down(destination);

    fixture.send("direct:fetch-claim", null);
    verify(fixture.requests, never()).claim(any());

    fixture.breakersClock.advance(Duration.ofMinutes(1));
    fixture.send("direct:fetch-claim", null);
    verify(fixture.requests).claim(new ClaimLimit(1, 4, Priority.DETAILS));
  }

  @Test
  void an_outage_is_reported_and_waiting_work_resumes_after_it() {
    when(fixture.requests.worker()).thenReturn(Requests.WORKER);
    down(Destination.FHIR);

    fixture.send("direct:fetch-leases", null);
    verify(fixture.outages)
        .report(
            eq(Requests.WORKER),
            argThat(open -> open.size() == 1 && open.get(0).destination() == Destination.FHIR));
    verify(fixture.requests, never()).resume(any());

    fixture.breakersClock.advance(Duration.ofMinutes(1));
    assertThat(fixture.breakers.of(Destination.FHIR).admits()).isTrue();
    fixture.breakers.of(Destination.FHIR).answered();
    doThrow(new DataAccessResourceFailureException("no database"))
        .doNothing()
        .when(fixture.requests)
        .resume(Destination.FHIR);
    fixture.send("direct:fetch-leases", null);
    fixture.send("direct:fetch-leases", null);
    fixture.send("direct:fetch-leases", null);

    verify(fixture.requests, times(2)).resume(Destination.FHIR);
    verify(fixture.outages, times(2)).report(Requests.WORKER, List.of());
  }

  private static void down(Destination destination) {
    for (int i = 0; i < 10; i++) {
      fixture.breakers.of(destination).failed("not reached", null);
    }
  }

  @Test
  void leases_are_tended() {
    assertThat(fixture.send("direct:fetch-leases", null).getException()).isNull();

    verify(fixture.requests).maintainLeases();
  }

  /** The calls of Withings that were made, with an account's token. */
  private static List<WithingsCall> calls() {
    return RouteFixture.bodies(fixture.neighbour("direct:tokens-call"), WithingsCall.class);
  }

  private static void serve(SyncRequest request) {
    Exchange served = fixture.send("seda:fetch-work?waitForTaskToComplete=Always", request);
    assertThat(served.getException()).isNull();
  }

  private static void assertNotEndedOtherwise(String outcome) {
    verify(fixture.requests, never()).complete(any(), any());
    assertThat(fixture.counted("vitalroutes.failures", "outcome", outcome)).isEqualTo(1);
  }

  private static FetchRequest after(Exchange exchange, Long offset) {
    return exchange.getMessage().getBody(VendorReply.class).fetch().after(List.of(), true, offset);
  }

  private static ProviderUnauthorizedException unauthorized() {
    return new ProviderUnauthorizedException("Withings answered status 401");
  }

  private static AccessToken token(String value, int version) {
    return new AccessToken(value, RouteFixture.NOW.plusSeconds(3600), version);
  }
}
