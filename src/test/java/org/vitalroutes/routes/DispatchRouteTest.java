package org.vitalroutes.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.store.Inbox;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncTrigger;
import org.vitalroutes.sync.Window;

class DispatchRouteTest {

  private static final RouteFixture fixture = RouteFixture.of("dispatch");
  private static final Window WINDOW =
      new Window(Instant.ofEpochSecond(1709299700), Instant.ofEpochSecond(1709301801));

  @BeforeEach
  void forget() {
    fixture.forget();
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 58})
  void measures_are_asked_for_where_measures_changed(int appli) {
    waiting("userid=4711&appli=" + appli + "&startdate=1709300000&enddate=1709300001");

    look();

    verify(fixture.requests)
        .trigger(List.of(trigger(DataKind.MEASURES, "c0")), Duration.ZERO, Duration.ZERO);
    assertThat(fixture.transactions.commits()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "44, SLEEP",
    "50, WORKOUTS",
    "54, 'ACTIVITY, ECG'",
  })
  void every_kind_that_an_appli_may_be_about_is_asked_for(int appli, String kinds) {
    waiting("userid=4711&appli=" + appli + "&startdate=1709300000&enddate=1709300001");

    look();

    verify(fixture.requests)
        .trigger(
            Stream.of(kinds.split(", "))
                .map(kind -> trigger(DataKind.valueOf(kind), "c0"))
                .toList(),
            Duration.ZERO,
            Duration.ZERO);
    verifyNoMoreInteractions(fixture.requests);
  }

  @Test
  void workouts_are_asked_for_when_the_day_does_not_explain_the_notification() {
    waiting("userid=4711&appli=16&startdate=1709300000&enddate=1709300001");

    look();

    verify(fixture.requests)
        .trigger(
            List.of(trigger(DataKind.ACTIVITY, "c0").then(DataKind.WORKOUTS)),
            Duration.ZERO,
            Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "appli=46&action=update",
        "appli=52",
        "appli=55",
        "appli=61",
        "appli=51",
        "appli=5",
        "appli=8",
        "appli=0",
        "appli=9999",
        "appli=x",
        "",
        "appli=12"
      })
  void an_appli_that_asks_for_nothing_is_kept_and_counted(String appli) {
    waiting("userid=4711&" + appli);

    look();

    verifyNoInteractions(fixture.requests);
    assertThat(fixture.transactions.commits()).isEqualTo(1);
    assertThat(fixture.counted("vitalroutes.notifications.dispatched", "outcome", "ignored"))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"userid=4712&appli=1", "appli=1"})
  void a_user_we_do_not_know_asks_for_nothing_and_is_counted(String form) {
    waiting(form);

    look();

    verifyNoInteractions(fixture.requests);
    assertThat(fixture.counted("vitalroutes.notifications.dispatched", "outcome", "unknown-user"))
        .isEqualTo(1);
    assertThat(fixture.transactions.commits()).isEqualTo(1);
  }

  @Test
  void all_that_wait_are_dispatched_in_order_at_once_and_in_one_transaction() {
    String window = "&startdate=1709300000&enddate=1709300001";
    waiting(
        "userid=4711&appli=1" + window,
        "userid=4712&appli=1" + window,
        "userid=4711&appli=16" + window);

    look();

    verify(fixture.requests)
        .trigger(
            List.of(
                trigger(DataKind.MEASURES, "c0"),
                trigger(DataKind.ACTIVITY, "c2").then(DataKind.WORKOUTS)),
            Duration.ZERO,
            Duration.ZERO);
    assertThat(fixture.transactions.commits()).isEqualTo(1);
    assertThat(fixture.transactions.rollbacks()).isZero();
  }

  @Test
  void while_notifications_use_up_the_budget_those_that_follow_one_another_are_fetched_together() {
    when(fixture.budget.isStrained()).thenReturn(true);
    waiting("userid=4711&appli=1&startdate=1709300000&enddate=1709300001");

    look();

    verify(fixture.requests)
        .trigger(List.of(trigger(DataKind.MEASURES, "c0")), Duration.ofSeconds(10), Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unlink", "delete"})
  void an_account_whose_token_is_refused_ends_when_withings_reports_that(String action) {
    when(fixture.unlinks.record(any(), any())).thenReturn(Optional.of("reconnect_required"));
    waiting("userid=4711&appli=46&action=" + action);

    look();

    verify(fixture.unlinks).record(Requests.ACCOUNT.id(), RouteFixture.NOW);
    verify(fixture.accounts)
        .end(Requests.ACCOUNT.id(), Actor.of("withings"), false, OnDisconnect.KEEP);
    verifyNoInteractions(fixture.requests);
  }

  @Test
  void a_report_of_an_unlink_is_verified_with_the_present_token() {
    when(fixture.unlinks.record(any(), any())).thenReturn(Optional.of("connected"));
    when(fixture.accounts.scopes(any())).thenReturn(List.of("user.metrics"));
    waiting("userid=4711&appli=46&action=unlink");

    look();

    verify(fixture.accounts, never()).end(any(), any(), anyBoolean(), any());
    verify(fixture.requests)
        .request(
            eq(Requests.ACCOUNT.id()),
            eq(DataKind.MEASURES),
            eq(Priority.LIVE),
            any(),
            anyString());
  }

  @Test
  void a_report_of_an_unlink_before_the_present_connection_changes_nothing() {
    when(fixture.unlinks.record(any(), any())).thenReturn(Optional.empty());
    waiting("userid=4711&appli=46&action=unlink");

    look();

    verify(fixture.accounts, never()).end(any(), any(), anyBoolean(), any());
    verifyNoInteractions(fixture.requests);
  }

  @Test
  void an_empty_inbox_is_no_failure() {
    waiting();

    look();

    verifyNoInteractions(fixture.requests);
    assertThat(fixture.transactions.rollbacks()).isZero();
  }

  @Test
  void while_nothing_waits_no_transaction_is_begun() {
    when(fixture.inbox.anyWaiting()).thenReturn(false);

    look();

    verify(fixture.inbox, never()).take(any(), anyInt());
    assertThat(fixture.transactions.commits()).isZero();
  }

  @Test
  void a_failure_rolls_all_back_and_the_next_poll_takes_the_same_again() {
    waiting("userid=4711&appli=1", "userid=4711&appli=1");
    doThrow(new DataAccessResourceFailureException("no database"))
        .doNothing()
        .when(fixture.requests)
        .trigger(any(), any(), any());

    look();

    assertThat(fixture.transactions.rollbacks()).isEqualTo(1);
    assertThat(fixture.transactions.commits()).isZero();

    look();

    assertThat(fixture.transactions.commits()).isEqualTo(1);
  }

  @Test
  void without_the_database_nothing_is_taken() {
    when(fixture.inbox.take(any(), anyInt()))
        .thenThrow(new DataAccessResourceFailureException("no database"));

    look();

    verifyNoInteractions(fixture.requests);
    assertThat(fixture.transactions.rollbacks()).isEqualTo(1);
  }

  private static SyncTrigger trigger(DataKind kind, String correlation) {
    return new SyncTrigger(Requests.ACCOUNT.id(), kind, WINDOW, RouteFixture.NOW, correlation);
  }

  /** Of these, user 4711 is connected. */
  private static void waiting(String... forms) {
    when(fixture.inbox.take(eq("withings"), anyInt()))
        .thenAnswer(
            call -> {
              assertThat(fixture.transactions.isOpen()).as("taken in a transaction").isTrue();
              return IntStream.range(0, forms.length)
                  .mapToObj(
                      i ->
                          new Inbox.Waiting(
                              i,
                              RouteFixture.NOW,
                              forms[i].getBytes(UTF_8),
                              "c" + i,
                              forms[i].startsWith("userid=4711") ? Requests.ACCOUNT.id() : null))
                  .toList();
            });
  }

  /** The failure of a look is noted and goes nowhere. */
  private static void look() {
    Exchange look = fixture.send("direct:dispatch-inbox", null);
    assertThat(look.getException()).isNull();
  }
}
