package org.vitalroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecorderTest {
  private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
  private static final long USER = 36_471_182;
  private static final Pattern ID =
      Pattern.compile(
          "\"(?:grpid|id|signalid|userid|deviceid|hash_deviceid)\"\\s*:\\s*\"?([0-9a-f]{5,})");
  private static final Pattern TIME =
      Pattern.compile("\\b(?:1[67]\\d{8}|20\\d\\d-\\d\\d-\\d\\d)\\b");

  private final WithingsSimulator simulator =
      new WithingsSimulator(SimulatorClient.settings(), Clock.fixed(NOW, ZoneOffset.UTC));
  private final SimulatorClient client = new SimulatorClient(simulator);

  @TempDir Path folder;

  @BeforeEach
  void start() {
    SimulatedUser user = simulator.addUser(USER, ZoneId.of("Europe/Paris"), "Adalbert");
    DemoData.year(user, simulator.clock());
    user.put(
        DataKind.DEVICES,
        Json.asObject(
            Json.parse(
                """
                {"type": "Scale", "model": "Body Cardio", "deviceid": "0123456789abcdef0123",
                 "mac_address": "00:24:e4:5a:6b:7c", "name": "Adalbert's scale", "latitude": 48.8566,
                 "network": {"ip": "192.168.178.23"}, "serial_number": 9876543210123}
                """)));
    simulator.start();
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void no_id_token_name_or_date_of_the_account_is_in_the_files() {
    String token = client.token(USER);
    String original = rowsOfAccount();
    TreeSet<String> personal = new TreeSet<>(found(ID, original));
    personal.addAll(found(TIME, original));
    assertThat(personal).hasSizeGreaterThan(1000);
    personal.addAll(
        List.of(
            token,
            Long.toString(USER),
            "Adalbert",
            "00:24:e4:5a:6b:7c",
            "48.8566",
            "192.168.178.23",
            "9876543210123"));

    String recorded = String.join("\n", record(token).values());

    TreeSet<String> survived = new TreeSet<>(found(ID, recorded));
    survived.addAll(found(TIME, recorded));
    survived.retainAll(personal);
    assertThat(survived).isEmpty();
    assertThat(recorded)
        .doesNotContain(
            token,
            Long.toString(USER),
            "Adalbert",
            "00:24:e4",
            "48.8566",
            "192.168.178.23",
            "9876543210123");
  }

  @Test
  void values_and_distances_in_time_stay() {
    JsonNode original = client.getmeas(client.token(USER), "category", "1");
    JsonNode recorded = Json.parse(record(client.token(USER)).get("measurement"));

    JsonNode first = original.at("/body/measuregrps/0");
    JsonNode same = recorded.at("/body/measuregrps/0");
    assertThat(same.path("measures")).isEqualTo(first.path("measures"));
    assertThat(first.path("date").asLong() - same.path("date").asLong())
        .isEqualTo(2 * 364 * 86_400L);
    assertThat(same.path("modified").asLong() - same.path("date").asLong())
        .isEqualTo(first.path("modified").asLong() - first.path("date").asLong());
  }

  @Test
  void what_was_recorded_can_be_given_to_the_simulator() {
    Map<String, String> recorded = record(client.token(USER));

    SimulatedUser other = simulator.addUser(1);
    for (DataKind kind : List.of(DataKind.MEASURES, DataKind.ACTIVITY, DataKind.WORKOUTS)) {
      String name = kind == DataKind.MEASURES ? "measurement" : kind.label();
      assertThat(simulator.load(1, kind, Json.parse(recorded.get(name)))).as(name).isPositive();
    }
    assertThat(other.rows(DataKind.ACTIVITY)).hasSize(31);
  }

  @Test
  void the_same_device_has_the_same_substitute_in_all_files() {
    Map<String, String> recorded = record(client.token(USER));

    TreeSet<String> devices =
        found(Pattern.compile("\"deviceid\" : \"([^\"]*)"), recorded.get("device"));
    assertThat(devices).hasSize(6).allMatch(id -> id.length() == 40);
    assertThat(devices)
        .containsAll(found(Pattern.compile("\"deviceid\" : \"([^\"]*)"), recorded.get("activity")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"value\":72350000}|{\"value\":72350000}",
        "{\"unseen\":98765432}|{\"unseen\":1000001}",
        "{\"unseen\":\"Rue 1\"}|{\"unseen\":\"text-1\"}",
        "{\"sleep_latency\":420}|{\"sleep_latency\":420}",
        "{\"home_address\":{\"floor\":4}}|{\"home_address\":{\"floor\":0}}",
        "{\"1735689600\":{\"steps\":3}}|{\"1672790400\":{\"steps\":3}}",
        "{\"night_events\":\"{\\\"1\\\":[0,60]}\"}|{\"night_events\":\"{\\\"1\\\":[0,60]}\"}",
        "{\"timezone\":\"Europe/Paris\"}|{\"timezone\":\"Europe/Paris\"}",
        "{\"expires\":2147483647}|{\"expires\":2147483647}",
        "{\"Anna Muster\":1}|{\"text-1\":1}",
      })
  void a_field_is_kept_or_replaced_by_its_name_and_form(String original, String replaced) {
    assertThat(new Anonymizer(2).replace(Json.parse(original))).hasToString(replaced);
  }

  @Test
  void a_person_records_by_pasting_the_address_after_the_consent() {
    Map<String, String> environment =
        Map.of(
            "WITHINGS_CLIENT_ID",
            SimulatorClient.CLIENT_ID,
            "WITHINGS_CLIENT_SECRET",
            SimulatorClient.CLIENT_SECRET,
            "WITHINGS_REDIRECT_URI",
            SimulatorClient.REDIRECT_URI,
            "WITHINGS_API_URL",
            simulator.baseUrl(),
            "WITHINGS_AUTHORIZE_URL",
            simulator.authorizeUrl(),
            "RECORD_DAYS",
            "90");
    String said = SimulatorMain.record(environment, folder.resolve("mine"), RecorderTest::consent);

    assertThat(said).contains("answers are in " + folder.resolve("mine"));
    assertThat(folder.resolve("mine/heart_signal.json")).exists();
  }

  @Test
  void an_address_of_another_consent_is_refused() {
    Map<String, String> environment =
        Map.of(
            "WITHINGS_CLIENT_ID", "a", "WITHINGS_CLIENT_SECRET", "b", "WITHINGS_REDIRECT_URI", "c");

    assertThatThrownBy(() -> SimulatorMain.record(environment, folder, link -> "c?code=x&state=y"))
        .hasMessageContaining("state differs");
  }

  private static String consent(String link) {
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(URI.create(link)).build(), BodyHandlers.discarding())
          .headers()
          .firstValue("Location")
          .orElseThrow();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, String> record(String token) {
    Recorder recorder =
        new Recorder(simulator.baseUrl(), new Anonymizer(2), simulator.clock(), folder);
    Map<String, String> recorded = new TreeMap<>();
    for (Path file : recorder.record(token, 30)) {
      recorded.put(file.getFileName().toString().replace(".json", ""), read(file));
    }
    return recorded;
  }

  private String rowsOfAccount() {
    List<String> rows = new ArrayList<>();
    for (DataKind kind : DataKind.values()) {
      simulator.user(USER).rows(kind).forEach(row -> rows.add(Json.text(row)));
    }
    return String.join("\n", rows);
  }

  private static TreeSet<String> found(Pattern pattern, String text) {
    TreeSet<String> found = new TreeSet<>();
    pattern
        .matcher(text)
        .results()
        .map(match -> match.groupCount() == 0 ? match.group() : match.group(1))
        .forEach(found::add);
    return found;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
