package org.vitalroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NotifierTest {
  private static final long USER = 4711;
  private static final Duration SOON = Duration.ofSeconds(10);

  private final MovableClock clock = new MovableClock(Instant.ofEpochSecond(1_706_376_730));
  private final WithingsSimulator simulator =
      new WithingsSimulator(SimulatorClient.settings(), clock);
  private final SimulatorClient client = new SimulatorClient(simulator);
  private final CallbackReceiver receiver = new CallbackReceiver();
  private String token = "";

  NotifierTest() throws IOException {}

  @BeforeEach
  void start() {
    simulator.start();
    simulator.addUser(USER);
    token = client.token(USER, SimulatorClient.ALL_SCOPES + ",user.sleepevents");
  }

  @AfterEach
  void stop() {
    simulator.close();
    receiver.close();
  }

  @Test
  void a_weigh_in_is_notified_with_the_documented_fields_only() {
    subscribe(1);

    Recorded recorded = simulator.weighIn(USER);

    assertThat(recorded.told()).isEqualTo(1);
    awaitBodies("userid=4711&appli=1&startdate=1706376729&enddate=1706376730");
    assertThat(receiver.contentTypes()).containsExactly("application/x-www-form-urlencoded");
  }

  @Test
  void every_category_has_its_own_fields() {
    for (int appli : new int[] {1, 2, 4, 16, 44, 46, 50, 51, 52, 54, 58}) {
      subscribe(appli);
      simulator.tell(USER, appli);
    }

    awaitQuiet();
    assertThat(receiver.notifications()).hasSize(11);
    for (Map<String, String> fields : receiver.notifications()) {
      assertThat(fields).containsEntry("userid", "4711");
      switch (Integer.parseInt(fields.get("appli"))) {
        case 16 ->
            assertThat(fields)
                .containsOnlyKeys("userid", "appli", "date")
                .containsEntry("date", "2024-01-27");
        case 46 -> assertThat(fields).containsOnlyKeys("userid", "appli", "action");
        case 50, 51, 52 ->
            assertThat(fields)
                .containsOnlyKeys("userid", "appli", "date", "deviceid")
                .containsEntry("date", "1706376730");
        default -> assertThat(fields).containsOnlyKeys("userid", "appli", "startdate", "enddate");
      }
    }
  }

  @Test
  void each_kind_of_data_is_notified_under_its_category() {
    for (int appli : new int[] {1, 2, 4, 16, 44, 54}) {
      subscribe(appli);
    }

    simulator.bloodPressure(USER, 120, 80, 60);
    ObjectNode temperature = Json.object();
    MeasureGroups.add(temperature, 71, 36_700, -3);
    simulator.addGroup(USER, temperature, true);
    simulator.putRow(USER, DataKind.ACTIVITY, Json.object().put("date", "2024-01-27"), true);
    simulator.putRow(
        USER, DataKind.SLEEP_SUMMARY, Json.object().put("startdate", 10).put("enddate", 20), true);
    simulator.putRow(USER, DataKind.HEART, Json.object().put("timestamp", 30), true);

    awaitQuiet();
    assertThat(receiver.bodies())
        .containsExactlyInAnyOrder(
            "userid=4711&appli=4&startdate=1706376729&enddate=1706376730",
            "userid=4711&appli=2&startdate=1706376729&enddate=1706376730",
            "userid=4711&appli=16&date=2024-01-27",
            "userid=4711&appli=44&startdate=10&enddate=20",
            "userid=4711&appli=54&startdate=29&enddate=30");
  }

  @Test
  void an_edit_or_deletion_is_notified_over_the_old_and_the_new_date() {
    Recorded recorded = simulator.weighIn(USER, new BigDecimal("70"));
    subscribe(1);

    simulator.editGroup(USER, recorded.grpid(), Json.object().put("date", 1_706_000_000), true);
    awaitBodies("userid=4711&appli=1&startdate=1705999999&enddate=1706376730");
    simulator.deleteGroup(USER, recorded.grpid(), true);
    await()
        .atMost(SOON)
        .until(
            () ->
                receiver
                    .bodies()
                    .contains("userid=4711&appli=1&startdate=1705999999&enddate=1706000000"));
  }

  @Test
  void only_subscribers_of_the_user_and_category_are_notified() {
    simulator.addUser(4712);
    subscribe(1);

    assertThat(simulator.weighIn(4712).told()).isZero();
    assertThat(simulator.bloodPressure(USER, 120, 80, 60).told()).isZero();
  }

  @Test
  void an_answer_below_400_is_success() {
    subscribe(1);
    receiver.answerNextWith(302);

    simulator.weighIn(USER);

    awaitQuiet();
    assertThat(receiver.bodies()).hasSize(1);
    assertThat(simulator.notifier().totals()).isEqualTo(new Notifier.Totals(1, 0, 0, 1, 0));
  }

  @Test
  void a_failure_is_tried_again_until_it_succeeds() {
    subscribe(1);
    receiver.answerNextWith(500, 401, 503);

    simulator.weighIn(USER);

    awaitQuiet();
    assertThat(receiver.bodies()).hasSize(4);
    assertThat(simulator.notifier().totals()).isEqualTo(new Notifier.Totals(1, 0, 0, 4, 0));
  }

  @Test
  void after_ten_tries_it_is_over() {
    subscribe(1);
    receiver.answerWith(500);

    simulator.weighIn(USER);

    awaitQuiet();
    assertThat(receiver.bodies()).hasSize(10);
    assertThat(simulator.notifier().totals()).isEqualTo(new Notifier.Totals(0, 1, 0, 10, 0));
    assertThat(simulator.notifier().outcomes())
        .singleElement()
        .satisfies(
            outcome -> {
              assertThat(outcome.result()).isEqualTo("failed");
              assertThat(outcome.lastStatus()).isEqualTo(500);
            });
  }

  @Test
  void the_waits_between_cycles_follow_the_time_factor() {
    simulator.settings().retryTimeFactor(1);
    subscribe(1);
    receiver.answerWith(500);

    simulator.weighIn(USER);

    await().atMost(SOON).until(() -> receiver.bodies().size() == 2);
    await()
        .during(Duration.ofMillis(150))
        .atMost(SOON)
        .until(() -> receiver.bodies().size() == 2 && totals().pending() == 1);
  }

  @Test
  void twenty_days_of_failures_cancel_the_subscription() {
    subscribe(1);
    receiver.answerWith(500);

    simulator.weighIn(USER);
    awaitQuiet();
    clock.advance(Duration.ofDays(19));
    simulator.weighIn(USER);
    awaitQuiet();
    assertThat(simulator.subscriptions()).hasSize(1);
    clock.advance(Duration.ofDays(1));
    simulator.weighIn(USER);
    awaitQuiet();

    assertThat(simulator.subscriptions()).isEmpty();
  }

  @Test
  void a_success_in_between_restarts_the_twenty_days() {
    subscribe(1);
    receiver.answerWith(500);
    simulator.weighIn(USER);
    awaitQuiet();
    receiver.answerWith(200);
    simulator.weighIn(USER);
    awaitQuiet();

    clock.advance(Duration.ofDays(21));
    receiver.answerWith(500);
    simulator.weighIn(USER);
    awaitQuiet();

    assertThat(simulator.subscriptions()).hasSize(1);
  }

  @Test
  void the_next_ones_can_be_dropped() {
    subscribe(1);
    simulator.deliveries().dropNext(2);

    simulator.weighIn(USER);
    simulator.weighIn(USER);
    simulator.weighIn(USER);

    awaitQuiet();
    assertThat(receiver.bodies()).hasSize(1);
    assertThat(totals().dropped()).isEqualTo(2);
  }

  @Test
  void a_share_can_be_dropped() {
    subscribe(1);
    simulator.deliveries().dropPercent(50);

    for (int i = 0; i < 100; i++) {
      simulator.weighIn(USER);
    }

    awaitQuiet();
    assertThat(totals().dropped()).isBetween(30L, 70L);
    assertThat(totals().delivered()).isEqualTo(100 - totals().dropped());
  }

  @Test
  void all_can_be_dropped() {
    subscribe(1);
    simulator.deliveries().dropPercent(100);

    simulator.weighIn(USER);

    assertThat(totals().dropped()).isEqualTo(1);
  }

  @Test
  void each_can_be_sent_several_times() {
    subscribe(1);
    simulator.deliveries().extraCopies(2);

    simulator.weighIn(USER);

    awaitQuiet();
    assertThat(receiver.bodies()).hasSize(3);
    assertThat(receiver.bodies()).containsOnly(receiver.bodies().get(0));
  }

  @Test
  void the_order_can_be_reversed() {
    subscribe(16);
    simulator.deliveries().reorder(3);

    for (String day : List.of("2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04")) {
      simulator.tell(USER, 16, Map.of("date", day));
    }
    await().atMost(SOON).until(() -> receiver.bodies().size() == 3);
    simulator.notifier().releaseHeld();
    awaitQuiet();

    assertThat(receiver.notifications())
        .extracting(fields -> fields.get("date"))
        .containsExactly("2024-01-03", "2024-01-02", "2024-01-01", "2024-01-04");
  }

  @Test
  void the_first_try_can_be_delayed() {
    subscribe(1);
    simulator.deliveries().delay(Duration.ofMinutes(5));

    simulator.weighIn(USER);

    assertThat(totals().pending()).isEqualTo(1);
    assertThat(receiver.bodies()).isEmpty();
  }

  @Test
  void the_switch_silent_notifies_nobody() {
    subscribe(1);
    simulator.deliveries().silent(true);

    assertThat(simulator.weighIn(USER).told()).isZero();
    assertThat(totals().pending()).isZero();
  }

  @Test
  void the_callbacks_query_stays_in_the_url_and_comes_into_the_body_only_when_asked() {
    subscribeAt(1, receiver.url() + "?foo=bar");

    simulator.weighIn(USER);
    awaitQuiet();
    simulator.deliveries().repeatQuery(true);
    simulator.weighIn(USER);
    awaitQuiet();

    assertThat(receiver.targets()).containsOnly("/hook?foo=bar");
    assertThat(receiver.bodies())
        .containsExactly(
            "userid=4711&appli=1&startdate=1706376729&enddate=1706376730",
            "foo=bar&userid=4711&appli=1&startdate=1706376729&enddate=1706376730");
  }

  @Test
  void unlinking_notifies_and_ends_tokens_and_subscriptions() {
    subscribe(1);
    subscribe(46);

    assertThat(simulator.unlink(USER)).isEqualTo(1);

    awaitBodies("userid=4711&appli=46&action=unlink");
    assertThat(client.getmeas(token).path("status").asInt()).isEqualTo(401);
    assertThat(simulator.subscriptions()).isEmpty();
    assertThat(simulator.connected(USER)).isFalse();
    assertThat(simulator.weighIn(USER).told()).isZero();
  }

  @Test
  void deleting_the_account_notifies_too() {
    subscribe(46);

    simulator.deleteAccount(USER);

    awaitBodies("userid=4711&appli=46&action=delete");
    assertThat(simulator.users()).isEmpty();
  }

  @Test
  void what_waits_for_a_revoked_subscription_is_not_sent() {
    subscribe(1);
    simulator.deliveries().reorder(2);
    simulator.weighIn(USER);

    simulator.loseSubscriptions(subscription -> true);
    simulator.notifier().releaseHeld();

    awaitQuiet();
    assertThat(receiver.bodies()).isEmpty();
  }

  private void subscribe(int appli) {
    subscribeAt(appli, receiver.url());
  }

  private void subscribeAt(int appli, String url) {
    int status =
        client
            .call(
                "/notify",
                token,
                "action",
                "subscribe",
                "appli",
                Integer.toString(appli),
                "callbackurl",
                url)
            .path("status")
            .asInt();
    assertThat(status).isZero();
  }

  private Notifier.Totals totals() {
    return simulator.notifier().totals();
  }

  private void awaitQuiet() {
    await().atMost(SOON).until(() -> totals().pending() == 0);
  }

  private void awaitBodies(String... expected) {
    await().atMost(SOON).until(() -> receiver.bodies().size() >= expected.length);
    assertThat(receiver.bodies()).containsExactly(expected);
  }
}
