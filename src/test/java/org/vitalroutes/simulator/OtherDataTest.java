package org.vitalroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Activity, sleep, heart, stethoscope and user data. */
class OtherDataTest {
  private static final long USER = 4711;

  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-20T11:00:00Z"));
  private final WithingsSimulator simulator =
      new WithingsSimulator(SimulatorClient.settings(), clock);
  private final SimulatorClient client = new SimulatorClient(simulator);
  private String token = "";

  @BeforeEach
  void start() {
    simulator.start();
    DemoData.year(simulator.addUser(USER), clock);
    token = client.token(USER);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void activity_is_asked_for_by_days() {
    JsonNode body =
        body(
            "/v2/measure", "getactivity", "startdateymd", "2026-11-01", "enddateymd", "2026-11-03");

    assertThat(body.path("activities").findValuesAsText("date"))
        .containsExactly("2026-11-01", "2026-11-02", "2026-11-03");
    assertThat(body.path("more").isBoolean()).isTrue();
    assertThat(body.path("more").asBoolean()).isFalse();
    assertThat(body.path("offset").asInt()).isEqualTo(200);
  }

  @Test
  void activity_has_heart_rates_only_when_asked_for() {
    String[] day = {"startdateymd", "2026-11-01", "enddateymd", "2026-11-01"};

    JsonNode usual = body("/v2/measure", "getactivity", day).at("/activities/0");
    JsonNode asked =
        body("/v2/measure", "getactivity", with(day, "data_fields", "steps,hr_average"))
            .at("/activities/0");

    assertThat(usual.has("steps")).isTrue();
    assertThat(usual.has("hr_average")).isFalse();
    assertThat(asked.has("hr_average")).isTrue();
    assertThat(asked.has("distance")).isFalse();
    assertThat(asked.has("timezone")).isTrue();
    assertThat(asked.path("brand").asInt()).isEqualTo(1);
  }

  @Test
  void activity_comes_in_pages_too() {
    simulator.settings().activityPageSize(150);
    String[] year = {"startdateymd", "2025-11-01", "enddateymd", "2026-11-30"};
    List<String> days = new ArrayList<>();
    String offset = "0";
    boolean more = true;
    while (more) {
      JsonNode body = body("/v2/measure", "getactivity", with(year, "offset", offset));
      days.addAll(body.path("activities").findValuesAsText("date"));
      more = body.path("more").asBoolean();
      offset = body.path("offset").asText();
    }

    assertThat(days).hasSize(365).doesNotHaveDuplicates();
  }

  @Test
  void a_day_is_rewritten_in_place() {
    JsonNode day =
        body("/v2/measure", "getactivity", "startdateymd", "2026-11-20", "enddateymd", "2026-11-20")
            .at("/activities/0");

    simulator.putRow(USER, DataKind.ACTIVITY, Json.asObject(day).put("steps", 12_345), false);

    JsonNode again =
        body(
            "/v2/measure", "getactivity", "startdateymd", "2026-11-20", "enddateymd", "2026-11-20");
    assertThat(again.path("activities")).hasSize(1);
    assertThat(again.at("/activities/0/steps").asInt()).isEqualTo(12_345);
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/measure, getactivity",
    "/v2/measure, getworkouts",
    "/v2/sleep, getsummary",
  })
  void days_or_lastupdate_are_required_and_exclude_each_other(String path, String action) {
    assertThat(status(path, action)).isEqualTo(503);
    assertThat(status(path, action, "startdateymd", "2026-11-01")).isEqualTo(503);
    assertThat(status(path, action, "startdateymd", "1.11.2026", "enddateymd", "2026-11-02"))
        .isEqualTo(503);
    assertThat(status(path, action, "lastupdate", "1", "startdateymd", "2026-11-01"))
        .isEqualTo(503);
    assertThat(status(path, action, "lastupdate", "1")).isZero();
    long now = clock.instant().getEpochSecond();
    String list = action.equals("getactivity") ? "activities" : "series";
    assertThat(body(path, action, "lastupdate", Long.toString(now)).path(list)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/measure, getactivity",
    "/v2/measure, getintradayactivity",
    "/v2/measure, getworkouts",
    "/v2/sleep, get",
    "/v2/sleep, getsummary"
  })
  void activity_and_sleep_need_their_scope(String path, String action) {
    token = client.token(USER, "user.metrics,user.info");

    assertThat(status(path, action)).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({"/v2/heart, list", "/v2/heart, get", "/v2/stetho, list"})
  void heart_and_stethoscope_need_their_scope(String path, String action) {
    token = client.token(USER, "user.activity,user.info");

    assertThat(status(path, action)).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({"/v2/measure", "/v2/sleep", "/v2/heart", "/v2/stetho", "/v2/user"})
  void an_unknown_action_is_refused(String path) {
    assertThat(status(path, "getmeas")).isEqualTo(2554);
  }

  @Test
  void moments_are_keyed_by_second_and_cut_to_a_day() {
    String series =
        """
        {"status": 0, "body": {"series": {
          "1000000000": {"steps": 5, "model": "ScanWatch", "model_id": 93, "deviceid": "d"},
          "1000086399": {"heart_rate": 61, "rmssd": 40, "deviceid": "d"},
          "1000086400": {"steps": 7, "deviceid": "d"}}}}
        """;
    assertThat(simulator.load(USER, DataKind.INTRADAY, Json.parse(series))).isEqualTo(3);

    JsonNode found =
        body(
                "/v2/measure",
                "getintradayactivity",
                "startdate",
                "1000000000",
                "enddate",
                "1000999999")
            .path("series");

    assertThat(found.isObject()).isTrue();
    assertThat(found.properties())
        .extracting(e -> e.getKey())
        .containsExactly("1000000000", "1000086399");
    assertThat(found.at("/1000000000/steps").asInt()).isEqualTo(5);
    assertThat(found.at("/1000086399").has("rmssd")).isFalse();
  }

  @Test
  void moments_without_dates_are_those_of_the_last_day() {
    assertThat(body("/v2/measure", "getintradayactivity").path("series").isObject()).isTrue();
  }

  @Test
  void workouts_have_the_data_asked_for() {
    JsonNode usual = body("/v2/measure", "getworkouts", "lastupdate", "1").at("/series/0");
    JsonNode asked =
        body("/v2/measure", "getworkouts", "lastupdate", "1", "data_fields", "hr_max,spo2_average")
            .at("/series/0");

    assertThat(body("/v2/measure", "getworkouts", "lastupdate", "1").path("offset").asInt())
        .isZero();
    assertThat(usual.at("/data").has("hr_max")).isFalse();
    assertThat(asked.at("/data").has("hr_max")).isTrue();
    assertThat(asked.at("/data/spo2_average").isNull()).isTrue();
    assertThat(asked.path("timezone").asText()).isEqualTo("Europe/Paris");
  }

  @Test
  void nights_without_data_fields_have_durations_only() {
    String[] night = {"startdateymd", "2026-11-01", "enddateymd", "2026-11-20"};

    JsonNode usual = body("/v2/sleep", "getsummary", night).at("/series/0");
    JsonNode asked =
        body("/v2/sleep", "getsummary", with(night, "data_fields", "hr_average,night_events"))
            .at("/series/0");

    assertThat(usual.at("/data/total_sleep_time").asInt()).isPositive();
    assertThat(usual.at("/data/sleep_efficiency").decimalValue().doubleValue()).isBetween(0.5, 1.0);
    assertThat(usual.at("/data").has("hr_average")).isFalse();
    assertThat(asked.at("/data").properties()).hasSize(2);
    assertThat(Json.parse(asked.at("/data/night_events").asText()).path("1").isArray()).isTrue();
  }

  @Test
  void nights_come_three_hundred_at_a_time() {
    JsonNode first = body("/v2/sleep", "getsummary", "lastupdate", "1");
    JsonNode second =
        body("/v2/sleep", "getsummary", "lastupdate", "1", "offset", first.path("offset").asText());

    assertThat(first.path("series")).hasSize(300);
    assertThat(first.path("more").asBoolean()).isTrue();
    assertThat(first.path("offset").asInt()).isEqualTo(300);
    assertThat(second.path("series")).isNotEmpty();
    assertThat(second.path("more").asBoolean()).isFalse();
    assertThat(second.path("offset").asInt()).isZero();
  }

  @Test
  void phases_of_sleep_need_both_dates_and_are_cut_to_a_day() {
    long now = clock.instant().getEpochSecond();
    String start = Long.toString(now - 3 * 86_400);
    String end = Long.toString(now);

    assertThat(status("/v2/sleep", "get", "startdate", start)).isEqualTo(503);
    JsonNode body =
        body("/v2/sleep", "get", "startdate", start, "enddate", end, "data_fields", "hr");

    assertThat(body.path("model").asInt()).isEqualTo(32);
    assertThat(body.path("series").isArray()).isTrue();
    assertThat(body.path("series")).isNotEmpty();
    for (JsonNode phase : body.path("series")) {
      assertThat(phase.path("startdate").asLong())
          .isBetween(Long.parseLong(start), Long.parseLong(start) + 86_399);
      assertThat(phase.path("hr").isObject()).isTrue();
      assertThat(phase.has("rr")).isFalse();
      assertThat(phase.path("model").asText()).isEqualTo("Aura Sensor V2");
    }
  }

  @Test
  void an_electrocardiogram_is_listed_and_then_fetched() {
    JsonNode recording = body("/v2/heart", "list").at("/series/0");
    String id = recording.at("/ecg/signalid").asText();

    JsonNode signal = body("/v2/heart", "get", "signalid", id);

    assertThat(recording.path("model").asInt()).isEqualTo(93);
    assertThat(signal.path("signal")).hasSize(9_000);
    assertThat(signal.path("sampling_frequency").asInt()).isEqualTo(300);
    assertThat(signal.has("signalid")).isFalse();
    assertThat(status("/v2/heart", "get", "signalid", "1")).isEqualTo(503);
    assertThat(status("/v2/heart", "get")).isEqualTo(503);
  }

  @Test
  void heart_recordings_are_chosen_by_date() {
    JsonNode all = body("/v2/heart", "list").path("series");
    String newest = all.get(0).path("timestamp").asText();

    assertThat(body("/v2/heart", "list", "startdate", newest).path("series")).hasSize(1);
    assertThat(body("/v2/heart", "list", "enddate", newest).path("series")).hasSameSizeAs(all);
  }

  @Test
  void stethoscope_recordings_are_listed() {
    simulator.addRow(
        USER,
        DataKind.STETHO,
        Json.object().put("signalid", 1).put("vhd", 0).put("timestamp", 5),
        false);

    assertThat(body("/v2/stetho", "list").at("/series/0/signalid").asInt()).isEqualTo(1);
  }

  @Test
  void devices_are_listed() {
    JsonNode devices = body("/v2/user", "getdevice").path("devices");

    assertThat(devices).hasSize(5);
    assertThat(devices.findValuesAsText("battery")).contains("high", "unknown");
    token = client.token(USER, "user.metrics");
    assertThat(status("/v2/user", "getdevice")).isEqualTo(403);
  }

  @Test
  void no_goals_are_an_empty_list_and_some_are_an_object() {
    assertThat(body("/v2/user", "getgoals").path("goals").isObject()).isTrue();
    simulator.addUser(4712);
    token = client.token(4712, "user.metrics");
    assertThat(body("/v2/user", "getgoals").path("goals").isArray()).isTrue();
  }

  private JsonNode body(String path, String action, String... namesAndValues) {
    JsonNode answer = client.call(path, token, with(namesAndValues, "action", action));
    assertThat(answer.path("status").asInt()).isZero();
    return answer.path("body");
  }

  private int status(String path, String action, String... namesAndValues) {
    return client.call(path, token, with(namesAndValues, "action", action)).path("status").asInt();
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
