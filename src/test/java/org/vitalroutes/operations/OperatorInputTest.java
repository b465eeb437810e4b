package org.vitalroutes.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.Window;

/** Valid and refused input of operators. */
class OperatorInputTest {

  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  @Test
  void without_parameters_the_first_page_of_open_dead_letters_is_meant() {
    DeadLetterQuery query = DeadLetterQuery.of(Map.of("Accept", "*/*"));

    assertThat(query)
        .isEqualTo(
            new DeadLetterQuery(
                new DeadLetterFilter(null, null, null, null, null, null), "waiting", 0, 50));
    assertThat(query.filter()).hasToString("all");
  }

  @Test
  void every_field_of_a_filter_is_read() {
    DeadLetterQuery query =
        DeadLetterQuery.of(
            Map.of(
                "account", "00000000-0000-0000-0000-000000000001",
                "kind", "sleep",
                "priority", "catch-up",
                "reason", "fhir-refused",
                "since", "2026-01-31",
                "until", "2026-02-01T12:00:00+01:00",
                "state", "discarded",
                "after", "7",
                "limit", "500"));

    assertThat(query.filter())
        .hasToString(
            "account=00000000-0000-0000-0000-000000000001 kind=sleep priority=catch-up"
                + " reason=fhir-refused since=2026-01-31T00:00:00Z until=2026-02-01T11:00:00Z");
    assertThat(query.filter().kind()).isEqualTo(DataKind.SLEEP);
    assertThat(query.filter().priority()).isEqualTo(Priority.CATCH_UP);
    assertThat(query.state()).isEqualTo("discarded");
    assertThat(query.after()).isEqualTo(7);
    assertThat(query.limit()).isEqualTo(500);
  }

  @ParameterizedTest
  @CsvSource({
    "account, 4711, invalid_account",
    "kind, Sleep, invalid_kind",
    "kind, goals, invalid_kind",
    "priority, urgent, invalid_priority",
    "reason, it's broken, invalid_reason",
    "since, yesterday, invalid_since",
    "since, 2026-02-30, invalid_since",
    "until, 2026-02-01T12:00:00, invalid_until",
    "state, gone, invalid_state",
    "after, -1, invalid_after",
    "limit, 0, invalid_limit",
    "limit, 501, invalid_limit",
    "limit, all, invalid_limit"
  })
  void a_filter_that_cannot_be_read_is_refused(String field, String value, String code) {
    refused(() -> DeadLetterQuery.of(Map.of(field, value)), code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                 | invalid_filter
          {"note": "again"}                  | invalid_filter
          {"all": false}                     | invalid_filter
          {"all": true, "kind": "sleep"}     | invalid_filter
          {"acount": "x", "all": true}       | unknown_field
          {"all": "yes"}                     | invalid_all
          {"kind": 7}                        | invalid_kind
          []                                 | invalid_json
          """)
  void a_replay_of_nothing_in_particular_is_refused(String body, String code) {
    refused(() -> DeadLetterFilter.Replay.of(body), code);
  }

  @Test
  void everything_is_replayed_when_it_is_said_aloud() {
    var replay = DeadLetterFilter.Replay.of("{\"all\": true, \"note\": \" go \"}");

    assertThat(replay.filter()).hasToString("all");
    assertThat(replay.note()).isEqualTo("go");
  }

  @Test
  void a_resync_without_kinds_means_all_and_without_an_end_until_now() {
    assertThat(resync("{\"from\": \"2026-01-01\"}"))
        .isEqualTo(
            new Resync(
                List.of(DataKind.values()),
                new Window(Instant.parse("2026-01-01T00:00:00Z"), NOW),
                "",
                false,
                false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"since\": \"2026-01-01T00:00:00Z\"} | reason_required",
        "{\"reason\": \"restored\"} | invalid_since",
        "{\"since\": \"2126-01-01\", \"reason\": \"restored\"} | invalid_since",
        "{\"since\": \"x\", \"reason\": \"restored\"} | invalid_since",
        "{\"from\": \"2026-01-01\", \"reason\": \"restored\"} | unknown_field",
        "[] | invalid_json"
      })
  void a_redelivery_needs_a_moment_in_the_past_and_a_reason(String body, String code) {
    refused(() -> Redeliver.of(body, NOW), code);
  }

  @Test
  void a_kind_that_is_named_twice_is_queued_once() {
    assertThat(resync("{\"kinds\": [\"ecg\", \"ecg\"], \"from\": \"2026-01-01\"}").kinds())
        .containsExactly(DataKind.ECG);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                       | invalid_from
          {"from": "2026-01-01", "kinds": []}                      | invalid_kinds
          {"from": "2026-01-01", "kinds": "sleep"}                 | invalid_kinds
          {"from": "2026-01-01", "kinds": ["sleep", "goals"]}      | invalid_kind
          {"from": "2026-01-01", "kinds": ["sleep", 7]}            | invalid_kind
          {"from": "01.01.2026"}                                   | invalid_from
          {"from": 1767225600}                                     | invalid_from
          {"from": "2026-01-02", "to": "2026-01-01"}               | invalid_window
          {"from": "2026-01-02", "to": "2026-01-02"}               | invalid_window
          {"from": "2007-12-31", "to": "2026-01-02"}               | invalid_window
          {"from": "2026-01-02", "to": "2026-03-03"}               | invalid_window
          {"from": "2026-01-02", "till": "2026-01-03"}             | unknown_field
          """)
  void an_absurd_resync_is_refused(String body, String code) {
    refused(() -> resync(body), code);
  }

  @Test
  void a_reason_comes_in_the_url_or_in_a_body() {
    assertThat(Reason.of("a duplicate", null).text()).isEqualTo("a duplicate");
    assertThat(Reason.of(null, "{\"reason\": \"a duplicate\"}").text()).isEqualTo("a duplicate");
    refused(() -> Reason.of(null, null), "reason_required");
    refused(() -> Reason.of(" ", ""), "reason_required");
    refused(() -> Reason.of(null, "{}"), "reason_required");
    refused(() -> Reason.of(null, "{"), "invalid_json");
    refused(() -> Reason.of("x".repeat(501), null), "invalid_reason");
  }

  private static Resync resync(String body) {
    return Resync.of(body, NOW);
  }

  private static void refused(ThrowingCallable call, String code) {
    assertThatThrownBy(call)
        .asInstanceOf(type(ApiException.class))
        .satisfies(
            refusal -> {
              assertThat(refusal.httpStatus()).isEqualTo(400);
              assertThat(refusal.code()).isEqualTo(code);
            });
  }
}
