package org.vitalroutes.withings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;

class WithingsCallTest {

  private static final Instant NOW = Instant.parse("2024-03-02T10:15:30Z");

  @Test
  void a_form_is_encoded() {
    WithingsCall call =
        WithingsCall.of("/notify", "subscribe")
            .with("callbackurl", "https://example.org/a?b=c&d=é")
            .with("comment", "a b");

    assertThat(call.form())
        .isEqualTo(
            "action=subscribe"
                + "&callbackurl=https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc%26d%3D%C3%A9"
                + "&comment=a+b");
  }

  @Test
  void a_value_cannot_add_a_field() {
    assertThat(WithingsCall.of("/measure", "getmeas").with("offset", "1&action=revoke").form())
        .isEqualTo("action=getmeas&offset=1%26action%3Drevoke");
  }

  @Test
  void a_later_value_replaces_an_earlier_one() {
    assertThat(WithingsCall.of("/x", "y").with("a", "1").with("a", "2").form())
        .isEqualTo("a=2&action=y");
  }

  @Test
  void neither_token_nor_fields_are_printed() {
    WithingsCall call =
        TokenCall.refresh("the-client", "the-secret", "the-token").bearing("the-bearer");

    assertThat(call).hasToString("/v2/oauth2 requesttoken");
  }

  @Test
  void a_code_is_exchanged() {
    assertThat(
            TokenCall.exchange("client", "secret", "code", "https://example.org/callback").form())
        .isEqualTo(
            "action=requesttoken&client_id=client&client_secret=secret&code=code"
                + "&grant_type=authorization_code"
                + "&redirect_uri=https%3A%2F%2Fexample.org%2Fcallback");
  }

  @Test
  void a_token_is_refreshed() {
    assertThat(TokenCall.refresh("client", "secret", "token").form())
        .isEqualTo(
            "action=requesttoken&client_id=client&client_secret=secret"
                + "&grant_type=refresh_token&refresh_token=token");
  }

  @Test
  void measures_of_a_window_are_asked_for_with_both_its_ends() {
    FetchRequest fetch =
        FetchRequest.first(request(new Window(NOW.minusSeconds(60), NOW), null), NOW);

    assertThat(DataCall.of(fetch).path()).isEqualTo("/measure");
    assertThat(DataCall.of(fetch).form())
        .isEqualTo("action=getmeas&category=1&enddate=1709374530&startdate=1709374470");
  }

  @Test
  void a_poll_asks_for_what_changed_and_names_no_dates() {
    assertThat(DataCall.of(FetchRequest.first(request(null, NOW), NOW)).form())
        .isEqualTo("action=getmeas&category=1&lastupdate=1709374530");
  }

  @Test
  void the_next_page_is_asked_for_with_the_offset_of_the_page_before() {
    FetchRequest second = FetchRequest.first(request(null, NOW), NOW).after(List.of(), true, 300L);

    assertThat(DataCall.of(second).form())
        .isEqualTo("action=getmeas&category=1&lastupdate=1709374530&offset=300");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ACTIVITY | /v2/measure | getactivity | 2024-02-29 | 2024-03-03
          WORKOUTS | /v2/measure | getworkouts | 2024-02-29 | 2024-03-04
          SLEEP    | /v2/sleep   | getsummary  | 2024-02-29 | 2024-03-04
          """)
  void days_are_asked_for_wider_than_the_window_and_with_all_their_fields(
      DataKind kind, String path, String action, String from, String to) {
    Window window =
        new Window(Instant.parse("2024-03-01T23:59:59Z"), Instant.parse("2024-03-02T00:00:00Z"));
    WithingsCall call = DataCall.of(FetchRequest.first(request(kind, window, null), NOW));

    assertThat(call.path()).isEqualTo(path);
    assertThat(call.action()).isEqualTo(action);
    assertThat(call.fields())
        .containsEntry("startdateymd", from)
        .containsEntry("enddateymd", to)
        .containsKey("data_fields")
        .doesNotContainKeys("lastupdate", "offset");
    assertThat(call.fields().get("data_fields")).contains("hr_average,hr_min,hr_max");
  }

  @ParameterizedTest
  @CsvSource({"ACTIVITY, 1709201730", "WORKOUTS, 1709374530", "SLEEP, 1709374530"})
  void a_poll_of_days_names_no_dates_and_looks_back_for_days_that_have_closed(
      DataKind kind, String since) {
    WithingsCall call =
        DataCall.of(FetchRequest.first(request(kind, null, NOW), NOW).after(List.of(), true, 200L));

    assertThat(call.fields())
        .containsEntry("lastupdate", since)
        .containsEntry("offset", "200")
        .doesNotContainKeys("startdateymd", "enddateymd");
  }

  @Test
  void heart_recordings_are_asked_for_by_their_time_as_they_know_no_last_update() {
    Window window = new Window(NOW.minusSeconds(60), NOW);

    assertThat(DataCall.of(FetchRequest.first(request(DataKind.ECG, window, null), NOW)).form())
        .isEqualTo("action=list&enddate=1709374530&startdate=1709374470");
    assertThat(DataCall.of(FetchRequest.first(request(DataKind.ECG, null, NOW), NOW)).form())
        .isEqualTo("action=list&startdate=1708769730");
  }

  @ParameterizedTest
  @EnumSource
  void every_kind_has_its_call(DataKind kind) {
    assertThat(DataCall.of(FetchRequest.first(request(kind, null, NOW), NOW)).path())
        .startsWith("/");
  }

  private static SyncRequest request(Window window, Instant since) {
    return request(DataKind.MEASURES, window, since);
  }

  private static SyncRequest request(DataKind kind, Window window, Instant since) {
    return new SyncRequest(
        1,
        1,
        0,
        new AccountRef(new UUID(0, 1), "withings", "someone", "4711", "1"),
        kind,
        Priority.LIVE,
        window,
        since,
        1,
        new UUID(0, 2),
        "the-correlation",
        Instant.EPOCH);
  }
}
