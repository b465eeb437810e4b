package org.vitalroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotifyEndpointTest {
  private static final long USER = 4711;

  private final WithingsSimulator simulator =
      new WithingsSimulator(
          SimulatorClient.settings(), new MovableClock(Instant.parse("2026-11-20T08:00:00Z")));
  private final SimulatorClient client = new SimulatorClient(simulator);
  private final CallbackReceiver receiver = new CallbackReceiver();
  private String token = "";

  NotifyEndpointTest() throws IOException {}

  @BeforeEach
  void start() {
    simulator.start();
    simulator.addUser(USER);
    token = client.token(USER);
  }

  @AfterEach
  void stop() {
    simulator.close();
    receiver.close();
  }

  @Test
  void a_subscription_is_made_after_a_probe() {
    assertThat(status(subscribe(1, receiver.url()))).isZero();

    assertThat(receiver.probes()).isEqualTo(1);
    assertThat(receiver.bodies()).isEmpty();
    assertThat(simulator.subscriptions()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 301, 401, 404, 405, 500})
  void a_callback_must_answer_the_probe_with_exactly_200(int status) {
    receiver.answerProbesWith(status);

    JsonNode answer = subscribe(1, receiver.url());

    assertThat(status(answer)).isEqualTo(293);
    assertThat(answer.path("error").asText())
        .isEqualTo("The callback URL is either absent or incorrect");
    assertThat(simulator.subscriptions()).isEmpty();
  }

  @Test
  void a_callback_nobody_listens_at_is_refused() {
    receiver.close();

    assertThat(status(subscribe(1, receiver.url()))).isEqualTo(293);
  }

  @Test
  void a_callback_longer_than_255_is_refused() {
    String longest = receiver.url() + "/" + "x".repeat(254 - receiver.url().length());

    assertThat(longest).hasSize(255);
    assertThat(status(subscribe(1, longest))).isZero();
    assertThat(status(subscribe(1, longest + "x"))).isEqualTo(293);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.org/hook",
        "https://localhost/hook",
        "https://127.0.0.1/hook",
        "https://[::1]/hook",
        "https://example.org:8443/hook",
        "ftp://example.org/hook",
        "not a url"
      })
  void without_the_loopback_setting_a_callback_is_https_on_a_domain_and_a_usual_port(String url) {
    simulator.settings().loopbackCallbacks(false);

    assertThat(status(subscribe(1, url))).isEqualTo(293);
  }

  @Test
  void a_missing_callback_is_refused() {
    assertThat(status(notify("subscribe", "appli", "1"))).isEqualTo(293);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3", "56", "999", "-1", "4294967297", "one"})
  void an_unknown_category_is_refused(String appli) {
    assertThat(status(notify("subscribe", "appli", appli, "callbackurl", receiver.url())))
        .isEqualTo(503);
  }

  @Test
  void the_same_subscription_twice_is_one() {
    subscribe(1, receiver.url());
    subscribe(1, receiver.url());
    subscribe(4, receiver.url());
    subscribe(1, receiver.url() + "/other");

    assertThat(simulator.subscriptions()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "1, user.activity",
    "2, user.activity",
    "4, user.info",
    "16, user.metrics",
    "44, user.metrics",
    "46, user.metrics",
    "54, user.activity",
    "58, user.activity"
  })
  void a_category_needs_its_scope(int appli, String otherScope) {
    token = client.token(USER, otherScope);

    JsonNode answer = subscribe(appli, receiver.url());

    assertThat(status(answer)).isEqualTo(403);
    assertThat(answer.path("error").asText()).isEqualTo("Insufficient_scope");
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 51, 52})
  void a_bed_event_subscribed_without_its_scope_is_never_notified(int appli) {
    assertThat(status(subscribe(appli, receiver.url()))).isZero();
    assertThat(simulator.tell(USER, appli)).isZero();

    token = client.token(USER, "user.sleepevents");
    assertThat(status(subscribe(appli, receiver.url()))).isZero();
    assertThat(simulator.tell(USER, appli)).isEqualTo(1);
  }

  @Test
  void the_list_shows_own_subscriptions() {
    subscribe(1, receiver.url(), "comment", "scale");
    subscribe(4, receiver.url());
    simulator.addUser(4712);
    String mine = token;
    token = client.token(4712);
    subscribe(1, receiver.url());
    token = mine;

    JsonNode all = notify("list").at("/body/profiles");
    JsonNode some = notify("list", "appli", "1").at("/body/profiles");

    assertThat(all).hasSize(2);
    assertThat(some).hasSize(1);
    assertThat(some.get(0))
        .isEqualTo(
            Json.parse(
                """
                {"appli": 1, "callbackurl": "%s", "comment": "scale", "expires": 2147483647}
                """
                    .formatted(receiver.url())));
  }

  @Test
  void get_shows_one() {
    subscribe(1, receiver.url(), "comment", "scale");

    assertThat(notify("get", "callbackurl", receiver.url()).at("/body/comment").asText())
        .isEqualTo("scale");
    assertThat(status(notify("get", "callbackurl", receiver.url(), "appli", "4"))).isEqualTo(286);
  }

  @Test
  void update_changes_exactly_one_thing() {
    subscribe(1, receiver.url());
    String[] one = {"appli", "1", "callbackurl", receiver.url()};

    assertThat(status(notify("update", one))).isEqualTo(503);
    assertThat(status(notify("update", with(one, "comment", "a", "new_appli", "4"))))
        .isEqualTo(503);
    assertThat(status(notify("update", with(one, "comment", "mine")))).isZero();
    assertThat(simulator.subscriptions().get(0).comment()).isEqualTo("mine");
    assertThat(status(notify("update", with(one, "new_callbackurl", receiver.url() + "2"))))
        .isZero();
    assertThat(receiver.probes()).isEqualTo(2);
    assertThat(status(notify("update", with(one, "new_appli", "4")))).isEqualTo(286);
    String[] moved = {"appli", "1", "callbackurl", receiver.url() + "2"};
    assertThat(status(notify("update", with(moved, "new_appli", "4")))).isZero();
    assertThat(simulator.subscriptions()).hasSize(1);
    assertThat(simulator.subscriptions().get(0).appli()).isEqualTo(4);
  }

  @Test
  void revoke_ends_one_or_all_at_an_address() {
    subscribe(1, receiver.url());
    subscribe(4, receiver.url());
    subscribe(16, receiver.url());

    assertThat(status(notify("revoke", "callbackurl", receiver.url(), "appli", "4"))).isZero();
    assertThat(simulator.subscriptions()).hasSize(2);
    assertThat(status(notify("revoke", "callbackurl", receiver.url()))).isZero();
    assertThat(simulator.subscriptions()).isEmpty();
    assertThat(status(notify("revoke", "callbackurl", receiver.url()))).isEqualTo(286);
  }

  @Test
  void user_info_alone_may_subscribe_and_list_but_not_revoke() {
    token = client.token(USER, "user.info");

    assertThat(status(subscribe(46, receiver.url()))).isZero();
    assertThat(status(notify("list"))).isZero();
    assertThat(status(notify("revoke", "callbackurl", receiver.url()))).isEqualTo(403);
  }

  @Test
  void a_bad_token_is_refused() {
    token = "nonsense";

    assertThat(status(notify("list"))).isEqualTo(401);
  }

  @Test
  void the_other_spelling_of_the_path_is_refused() {
    assertThat(status(client.call("/v2/notify", token, "action", "list"))).isEqualTo(403);
  }

  private JsonNode subscribe(int appli, String url, String... more) {
    return notify("subscribe", with(more, "appli", Integer.toString(appli), "callbackurl", url));
  }

  private JsonNode notify(String action, String... namesAndValues) {
    return client.call("/notify", token, with(namesAndValues, "action", action));
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static int status(JsonNode answer) {
    return answer.path("status").asInt();
  }
}
