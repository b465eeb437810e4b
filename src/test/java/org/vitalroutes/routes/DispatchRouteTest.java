package org.vitalroutes.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
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
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.store.Inbox;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Hint;
import org.vitalroutes.sync.Window;

class DispatchRouteTest {

  private static final Room room = Room.of("dispatch");
  private static final Window WINDOW =
      new Window(Instant.ofEpochSecond(1709300000), Instant.ofEpochSecond(1709300001));

  @BeforeEach
  void forget() {
    room.forget();
  }

  @AfterAll
  static void close() {
    room.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 58})
  void measures_are_asked_for_where_measures_changed(int appli) {
    waiting("userid=4711&appli=" + appli + "&startdate=1709300000&enddate=1709300001");

    look();

    verify(room.requests).takeIn(List.of(hint(DataKind.MEASURES, "c0")), Duration.ZERO);
    assertThat(room.transactions.commits()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "16, 'ACTIVITY, WORKOUTS'",
    "44, SLEEP",
    "50, WORKOUTS",
    "54, 'ACTIVITY, ECG'",
  })
  void every_kind_that_an_appli_may_be_about_is_asked_for(int appli, String kinds) {
    waiting("userid=4711&appli=" + appli + "&startdate=1709300000&enddate=1709300001");

    look();

    verify(room.requests)
        .takeIn(
            Stream.of(kinds.split(", ")).map(kind -> hint(DataKind.valueOf(kind), "c0")).toList(),
            Duration.ZERO);
    verifyNoMoreInteractions(room.requests);
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

    verifyNoInteractions(room.requests);
    assertThat(room.transactions.commits()).isEqualTo(1);
    assertThat(room.counted("vitalroutes.notifications.dispatched", "outcome", "ignored"))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"userid=4712&appli=1", "appli=1"})
  void a_user_we_do_not_know_asks_for_nothing_and_is_counted(String form) {
    waiting(form);

    look();

    verifyNoInteractions(room.requests);
    assertThat(room.counted("vitalroutes.notifications.dispatched", "outcome", "unknown-user"))
        .isEqualTo(1);
    assertThat(room.transactions.commits()).isEqualTo(1);
  }

  @Test
  void all_that_wait_are_dispatched_in_order_at_once_and_in_one_transaction() {
    String window = "&startdate=1709300000&enddate=1709300001";
    waiting(
        "userid=4711&appli=1" + window,
        "userid=4712&appli=1" + window,
        "userid=4711&appli=16" + window);

    look();

    verify(room.requests)
        .takeIn(
            List.of(
                hint(DataKind.MEASURES, "c0"),
                hint(DataKind.ACTIVITY, "c2"),
                hint(DataKind.WORKOUTS, "c2")),
            Duration.ZERO);
    assertThat(room.transactions.commits()).isEqualTo(1);
    assertThat(room.transactions.rollbacks()).isZero();
  }

  @Test
  void while_notifications_use_up_the_budget_those_that_follow_one_another_are_fetched_together() {
    when(room.budget.isStrained()).thenReturn(true);
    waiting("userid=4711&appli=1&startdate=1709300000&enddate=1709300001");

    look();

    verify(room.requests).takeIn(List.of(hint(DataKind.MEASURES, "c0")), Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"unlink", "delete"})
  void an_account_that_ended_at_withings_ends_here(String action) {
    waiting("userid=4711&appli=46&action=" + action);

    look();

    verify(room.accounts).end(Requests.ACCOUNT.id(), "withings", false, OnDisconnect.KEEP);
    verifyNoInteractions(room.requests);
  }

  @Test
  void an_empty_inbox_is_no_failure() {
    waiting();

    look();

    verifyNoInteractions(room.requests);
    assertThat(room.transactions.rollbacks()).isZero();
  }

  @Test
  void while_nothing_waits_no_transaction_is_begun() {
    when(room.inbox.anyWait()).thenReturn(false);

    look();

    verify(room.inbox, never()).take(any(), anyInt());
    assertThat(room.transactions.commits()).isZero();
  }

  @Test
  void a_failure_rolls_all_back_and_the_next_look_takes_the_same_again() {
    waiting("userid=4711&appli=1", "userid=4711&appli=1");
    doThrow(new DataAccessResourceFailureException("no database"))
        .doNothing()
        .when(room.requests)
        .takeIn(any(), any());

    look();

    assertThat(room.transactions.rollbacks()).isEqualTo(1);
    assertThat(room.transactions.commits()).isZero();

    look();

    assertThat(room.transactions.commits()).isEqualTo(1);
  }

  @Test
  void without_the_database_nothing_is_taken() {
    when(room.inbox.take(any(), anyInt()))
        .thenThrow(new DataAccessResourceFailureException("no database"));

    look();

    verifyNoInteractions(room.requests);
    assertThat(room.transactions.rollbacks()).isEqualTo(1);
  }

  private static Hint hint(DataKind kind, String correlation) {
    return new Hint(Requests.ACCOUNT.id(), kind, WINDOW, Room.NOW, correlation);
  }

  /** Of these, user 4711 is connected. */
  private static void waiting(String... forms) {
    when(room.inbox.take(eq("withings"), anyInt()))
        .thenAnswer(
            call -> {
              assertThat(room.transactions.isOpen()).as("taken in a transaction").isTrue();
              return IntStream.range(0, forms.length)
                  .mapToObj(
                      i ->
                          new Inbox.Waiting(
                              i,
                              Room.NOW,
                              forms[i].getBytes(UTF_8),
                              "c" + i,
                              forms[i].startsWith("userid=4711") ? Requests.ACCOUNT.id() : null))
                  .toList();
            });
  }

  /** The failure of a look is noted and goes nowhere. */
  private static void look() {
    Exchange look = room.send("direct:dispatch-inbox", null);
    assertThat(look.getException()).isNull();
  }
}
