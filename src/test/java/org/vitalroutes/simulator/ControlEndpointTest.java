package org.vitalroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlEndpointTest {
  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-20T08:00:00Z"));
  private final WithingsSimulator simulator =
      new WithingsSimulator(SimulatorClient.settings(), clock);
  private final SimulatorClient client = new SimulatorClient(simulator);
  private final CallbackReceiver receiver = new CallbackReceiver();

  ControlEndpointTest() throws IOException {}

  @BeforeEach
  void start() {
    simulator.start();
    client.controlJson("POST", "/users", "{\"userid\": 4711}");
  }

  @AfterEach
  void stop() {
    simulator.close();
    receiver.close();
  }

  @Test
  void the_overview_names_every_control() {
    JsonNode overview = client.controlJson("GET", "", "");

    assertThat(overview.path("controls"))
        .extracting(JsonNode::asText)
        .contains("POST /simulator/users/{userid}/weigh-in", "POST /simulator/faults");
    assertThat(overview.at("/users/0/userid").asLong()).isEqualTo(4711);
  }

  @Test
  void a_user_can_be_made_with_or_without_anything_said() {
    JsonNode named =
        client.controlJson(
            "POST",
            "/users",
            "{\"userid\": 99, \"timezone\": \"Asia/Tokyo\", \"first_name\": \"Yuki\","
                + " \"demo_year\": true}");
    JsonNode unnamed = client.controlJson("POST", "/users", "");

    assertThat(named.path("timezone").asText()).isEqualTo("Asia/Tokyo");
    assertThat(named.at("/rows/measures").asInt()).isGreaterThan(400);
    assertThat(unnamed.path("userid").asLong()).isEqualTo(12_345_678);
    assertThat(client.controlJson("GET", "/users", "").path("users")).hasSize(3);
  }

  @Test
  void a_weigh_in_with_a_body_records_what_it_says() {
    JsonNode answer =
        client.controlJson(
            "POST", "/users/4711/weigh-in", "{\"weight_kg\": 72.35, \"fat_percent\": 21.4}");

    assertThat(answer.path("notified").asInt()).isZero();
    assertThat(answer.at("/recorded/measures/0"))
        .isEqualTo(
            Json.parse("{\"value\": 72350, \"type\": 1, \"unit\": -3, \"algo\": 3, \"fm\": 3}"));
    assertThat(client.getmeas(client.token(4711)).at("/body/measuregrps/0/grpid"))
        .isEqualTo(answer.at("/recorded/grpid"));
  }

  @Test
  void a_weigh_in_without_a_body_is_near_the_last_one() {
    client.controlJson("POST", "/users/4711/weigh-in", "{\"weight_kg\": 60}");
    clock.advance(Duration.ofDays(1));

    JsonNode answer = client.controlJson("POST", "/users/4711/weigh-in", "");

    assertThat(MeasureGroups.value(answer.path("recorded"), 1).doubleValue()).isBetween(59.6, 60.4);
    assertThat(MeasureGroups.types(answer.path("recorded"))).contains(6, 76, 77, 88);
  }

  @Test
  void a_weigh_in_reaches_the_subscriber() {
    subscribe();

    JsonNode answer = client.controlJson("POST", "/users/4711/weigh-in", "");

    assertThat(answer.path("notified").asInt()).isEqualTo(1);
    await().atMost(Duration.ofSeconds(10)).until(() -> receiver.bodies().size() == 1);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                client.controlJson("GET", "/notifications", "").at("/totals/delivered").asInt()
                    == 1);
    JsonNode last = client.controlJson("GET", "/notifications", "").at("/last/0");
    assertThat(last.path("result").asText()).isEqualTo("delivered");
    assertThat(last.toString()).doesNotContain("hook");
  }

  @Test
  void blood_pressure_is_one_group_of_three() {
    JsonNode answer =
        client.controlJson(
            "POST",
            "/users/4711/blood-pressure",
            "{\"systolic\": 131, \"diastolic\": 84, \"pulse\": 70}");

    assertThat(MeasureGroups.types(answer.path("recorded"))).containsExactly(9, 10, 11);
    assertThat(MeasureGroups.value(answer.path("recorded"), 10)).isEqualByComparingTo("131");
  }

  @Test
  void a_group_can_be_added_changed_and_deleted() {
    String measures = "[{\"value\": 36700, \"type\": 71, \"unit\": -3}]";
    JsonNode added =
        client.controlJson(
            "POST", "/users/4711/measure-groups", "{\"measures\": " + measures + "}");
    String path = "/users/4711/measure-groups/" + added.at("/recorded/grpid").asText();
    clock.advance(Duration.ofSeconds(5));

    JsonNode changed = client.controlJson("PATCH", path, "{\"attrib\": 1}");

    assertThat(added.at("/recorded/attrib").asInt()).isEqualTo(2);
    assertThat(changed.at("/recorded/attrib").asInt()).isEqualTo(1);
    assertThat(changed.at("/recorded/modified").asLong())
        .isEqualTo(added.at("/recorded/modified").asLong() + 5);
    client.controlJson("DELETE", path, "");
    assertThat(client.controlJson("GET", "/users/4711/measure-groups", "").path("rows")).isEmpty();
    assertThat(client.control("DELETE", path, "").statusCode()).isEqualTo(404);
  }

  @Test
  void payloads_and_rows_can_be_added_and_cleared() {
    String payload =
        "{\"status\": 0, \"body\": {\"activities\": [{\"date\": \"2026-01-01\"}], \"more\": false}}";

    assertThat(
            client
                .controlJson("POST", "/users/4711/payloads/activity", payload)
                .path("loaded")
                .asInt())
        .isEqualTo(1);
    client.controlJson("POST", "/users/4711/rows/activity", "{\"date\": \"2026-01-01\"}");
    assertThat(client.controlJson("GET", "/users/4711/rows/activity", "").path("rows")).hasSize(2);
    client.controlJson("PUT", "/users/4711/rows/activity", "{\"date\": \"2026-01-01\"}");
    assertThat(client.controlJson("GET", "/users/4711/rows/activity", "").path("rows")).hasSize(1);
    client.controlJson("DELETE", "/users/4711/rows/activity", "");
    assertThat(client.controlJson("GET", "/users/4711/rows/activity", "").path("rows")).isEmpty();
    client.controlJson("PUT", "/users/4711/goals", "{\"steps\": 1}");
    client.controlJson("POST", "/users/4711/demo-year", "");
    assertThat(client.controlJson("GET", "/users/4711/rows/activity", "").path("rows"))
        .hasSize(365);
  }

  @Test
  void a_notification_can_be_sent_by_hand() {
    subscribe();

    client.controlJson(
        "POST", "/users/4711/notify", "{\"appli\": 1, \"startdate\": 5, \"enddate\": 9}");

    await().atMost(Duration.ofSeconds(10)).until(() -> receiver.bodies().size() == 1);
    assertThat(receiver.bodies()).containsExactly("userid=4711&appli=1&startdate=5&enddate=9");
  }

  @Test
  void tokens_can_be_made_to_expire() {
    JsonNode tokens = client.connect(4711);
    String access = tokens.path("access_token").asText();
    String refresh = tokens.path("refresh_token").asText();

    client.controlJson("POST", "/users/4711/expire-tokens", "");
    assertThat(client.getmeas(access).path("status").asInt()).isEqualTo(401);
    String next = client.refresh(refresh).at("/body/refresh_token").asText();

    client.controlJson("POST", "/users/4711/expire-tokens", "{\"refresh\": true}");
    assertThat(client.refresh(next).path("status").asInt()).isEqualTo(503);
    assertThat(client.controlJson("GET", "/users/4711", "").path("connected").asBoolean())
        .isFalse();
  }

  @Test
  void subscriptions_can_be_seen_and_lost() {
    subscribe();

    assertThat(
            client
                .controlJson("GET", "/subscriptions", "")
                .at("/subscriptions/0/callbackurl")
                .asText())
        .isEqualTo(receiver.url());
    client.controlJson("DELETE", "/subscriptions?userid=4711&appli=4", "");
    assertThat(simulator.subscriptions()).hasSize(1);
    client.controlJson("DELETE", "/subscriptions?userid=4711&appli=1", "");
    assertThat(simulator.subscriptions()).isEmpty();
  }

  @Test
  void unlinking_and_deleting_end_the_connection() {
    client.connect(4711);

    client.controlJson("POST", "/users/4711/unlink", "");
    assertThat(simulator.connected(4711)).isFalse();
    client.controlJson("DELETE", "/users/4711", "");
    assertThat(simulator.users()).isEmpty();
  }

  @Test
  void consent_can_be_prepared() {
    client.controlJson("POST", "/consent", "{\"refuse\": true}");
    client.controlJson("POST", "/consent", "{\"userid\": 4711, \"scopes\": [\"user.info\"]}");

    assertThat(SimulatorClient.location(client.authorize())).containsKey("error");
    assertThat(client.exchange(client.code()).at("/body/scope").asText()).isEqualTo("user.info");
    assertThat(client.controlJson("GET", "/users/4711", "").at("/scopes/0").asText())
        .isEqualTo("user.info");
  }

  @Test
  void faults_can_be_laid_and_lifted() {
    client.controlJson(
        "POST",
        "/faults",
        "{\"kind\": \"http_status\", \"status\": 429, \"retry_after\": \"30\", \"times\": 3,"
            + " \"path\": \"/measure\", \"action\": \"getmeas\"}");
    String token = client.token(4711);

    assertThat(client.post("/measure", token, "action", "getmeas").statusCode()).isEqualTo(429);
    assertThat(client.controlJson("GET", "/faults", "").at("/waiting/0/times").asInt())
        .isEqualTo(2);
    client.controlJson("DELETE", "/faults", "");
    assertThat(client.getmeas(token).path("status").asInt()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "body_status",
    "http_status",
    "html",
    "empty",
    "raw",
    "truncated",
    "cut",
    "reset",
    "delay",
    "huge",
    "stuck_paging",
    "numbers_as_strings",
    "duplicate_keys"
  })
  void every_fault_has_a_name(String kind) {
    JsonNode faults = client.controlJson("POST", "/faults", "{\"kind\": \"" + kind + "\"}");

    assertThat(faults.at("/waiting/0/kind").asText()).isEqualTo(kind);
  }

  @Test
  void calls_are_shown() {
    client.getmeas(client.token(4711), "meastype", "1");

    JsonNode calls = client.controlJson("GET", "/calls?last=1", "");

    assertThat(calls.at("/counts").path("/measure getmeas").asInt()).isEqualTo(1);
    assertThat(calls.path("maximum_per_minute").asInt()).isEqualTo(2);
    assertThat(calls.path("last")).hasSize(1);
    assertThat(calls.at("/last/0/parameters/meastype").asText()).isEqualTo("1");
    client.controlJson("DELETE", "/calls", "");
    assertThat(client.controlJson("GET", "/calls", "").path("counts")).isEmpty();
  }

  @Test
  void switches_and_settings_can_be_set() {
    client.controlJson(
        "PUT",
        "/notifications",
        "{\"silent\": true, \"drop_next\": 1, \"drop_percent\": 2.5, \"extra_copies\": 3,"
            + " \"delay_ms\": 4, \"reorder\": 5, \"repeat_query\": true}");
    client.controlJson("POST", "/notifications/release", "");
    JsonNode switches = client.controlJson("GET", "/notifications", "").path("switches");
    assertThat(switches)
        .isEqualTo(
            Json.parse(
                """
                {"silent": true, "drop_next": 1, "drop_percent": 2.5, "extra_copies": 3,
                 "delay_ms": 4, "reorder": 5, "repeat_query": true}
                """));

    JsonNode before = client.controlJson("GET", "/settings", "");
    assertThat(client.controlJson("PUT", "/settings", before.toString())).isEqualTo(before);
    JsonNode after = client.controlJson("PUT", "/settings", "{\"requests_per_minute\": 7}");
    assertThat(after.path("requests_per_minute").asInt()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /nowhere                    | ''                        | 404",
        "POST   | /users/1/weigh-in           | ''                        | 404",
        "POST   | /users/4711/weigh-in        | '{'                       | 400",
        "POST   | /users/4711/weigh-in        | '{\"weight_kg\": \"x\"}'  | 400",
        "POST   | /users/4711/weigh-in        | '{\"weight_kg\": -1}'     | 400",
        "POST   | /users/4711/weigh-in        | '{\"fat_percent\": 100}'  | 400",
        "POST   | /users                      | '{\"userid\": 4711}'      | 400",
        "POST   | /users                      | '{\"timezone\": \"Mars\"}' | 400",
        "POST   | /users/4711/notify          | '{}'                      | 400",
        "POST   | /users/4711/payloads/dreams | '[]'                      | 400",
        "POST   | /users/4711/payloads/sleep  | '[1]'                     | 400",
        "POST   | /users/four/unlink          | ''                        | 400",
        "POST   | /faults                     | '{\"kind\": \"fire\"}'    | 400",
        "POST   | /faults                     | '{\"kind\": \"html\", \"times\": 0}' | 400",
        "PUT    | /settings                   | '{\"colour\": 1}'         | 400",
        "PUT    | /settings                   | '{\"measure_page_size\": 0}' | 400",
        "PUT    | /notifications              | '{\"colour\": 1}'         | 400"
      })
  void what_makes_no_sense_is_refused_with_a_reason(
      String method, String path, String body, int status) {
    var answer = client.control(method, path, body);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(Json.parse(answer.body()).path("error").asText()).isNotBlank();
  }

  private void subscribe() {
    client.call(
        "/notify",
        client.token(4711),
        "action",
        "subscribe",
        "appli",
        "1",
        "callbackurl",
        receiver.url());
  }
}
