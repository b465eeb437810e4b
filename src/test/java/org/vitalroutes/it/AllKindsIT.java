package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.rest.api.CacheControlDirective;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.vitalroutes.simulator.DataKind;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.testsupport.Inspection;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.World;

/** Every data kind, from its notification to the search by a clinician's application. */
class AllKindsIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final String DEVICE = "0123456789abcdef0123456789abcdef0123456";
  private static final String STEPS = "http://loinc.org|55423-8";
  private static final String WORKOUT = "http://loinc.org|73985-4";
  private static final String SLEEP = "http://loinc.org|93832-4";
  private static final String ECG = "urn:iso:std:iso:11073:10101|131328";

  private static final World world = new World();
  private static RunningVitalroutes vitalroutes;
  private static Inspection inspection;

  @BeforeAll
  static void start() {
    world.settings().set("INTRADAY", "P7D");
    vitalroutes = world.start();
    inspection = new Inspection(world.database());
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
    world.close();
  }

  @Test
  void a_day_of_activity_is_found_by_its_date() {
    connected("uma", 31);
    LocalDate today = LocalDate.now(PARIS);

    world.withings().putRow(31, DataKind.ACTIVITY, day(today.minusDays(1), 8423), true);
    world.withings().putRow(31, DataKind.ACTIVITY, day(today, 120), true);

    await().atMost(SOON).untilAsserted(() -> assertThat(found("uma", "code=" + STEPS)).hasSize(2));
    assertThat(found("uma", "code=" + STEPS + "&date=" + today.minusDays(1)))
        .singleElement()
        .satisfies(
            steps -> {
              assertThat(steps.getStatus()).isEqualTo(ObservationStatus.FINAL);
              assertThat(steps.getValueQuantity().getValue()).isEqualByComparingTo("8423");
            });
    assertThat(found("uma", "code=" + STEPS + "&status=preliminary"))
        .singleElement()
        .satisfies(
            steps -> assertThat(steps.getValueQuantity().getValue()).isEqualByComparingTo("120"));
    // Steps, distance, durations and heart rate of two days.
    assertThat(found("uma", "category=activity&date=ge" + today.minusDays(1))).hasSize(8);
    // A 24-hour code is only for a closed day.
    assertThat(found("uma", "component-code=http://loinc.org|8873-2")).hasSize(1);
    assertThat(world.fhir().observationsOf("uma")).allSatisfy(FhirValidation::assertValid);
  }

  @Test
  void what_happened_within_a_day_is_found_by_its_signal_and_its_date() {
    connected("ulla", 38);
    LocalDate yesterday = LocalDate.now(PARIS).minusDays(1);
    long noon = yesterday.atTime(12, 0).atZone(PARIS).toEpochSecond();
    for (int minute = 0; minute < 3; minute++) {
      ObjectNode moment = row("timestamp", noon + 60 * minute);
      moment.putObject("data").put("heart_rate", 61 + minute).put("model_id", 93);
      world.withings().putRow(38, DataKind.INTRADAY, moment, false);
    }

    world.withings().putRow(38, DataKind.ACTIVITY, day(yesterday, 300), true);

    String pulse = "component-code=" + world.namespace() + "/CodeSystem/intraday|heart_rate";
    String date = "&date=" + yesterday;
    await().atMost(SOON).untilAsserted(() -> assertThat(found("ulla", pulse + date)).hasSize(1));
    assertThat(found("ulla", pulse).get(0).getComponent())
        .filteredOn(part -> part.getCode().hasCoding("http://loinc.org", "8867-4"))
        .singleElement()
        .satisfies(part -> assertThat(part.getValueSampledData().getData()).isEqualTo("61 62 63"));
    assertThat(world.fhir().observationsOf("ulla")).allSatisfy(FhirValidation::assertValid);
  }

  @Test
  void a_day_that_is_rewritten_is_one_observation_and_one_that_removed_is_in_error() {
    connected("vera", 32);
    LocalDate yesterday = LocalDate.now(PARIS).minusDays(1);
    world.withings().putRow(32, DataKind.ACTIVITY, day(yesterday, 100), true);
    await().atMost(SOON).until(() -> stepsOf("vera").equals(List.of("100")));

    world.withings().putRow(32, DataKind.ACTIVITY, day(yesterday, 250), true);
    await().atMost(SOON).until(() -> stepsOf("vera").equals(List.of("250")));

    world.withings().user(32).removeIf(DataKind.ACTIVITY, row -> true);
    world.withings().tell(32, 16, Map.of("date", yesterday.toString()));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              inspection.secondReadsAreDue();
              assertThat(world.fhir().observationsOf("vera"))
                  .isNotEmpty()
                  .extracting(Observation::getStatus)
                  .containsOnly(ObservationStatus.ENTEREDINERROR);
            });
  }

  @Test
  void a_workout_comes_with_16_and_with_50() {
    connected("wanda", 33);
    long end = Instant.now().minusSeconds(7200).getEpochSecond();

    world.withings().putRow(33, DataKind.WORKOUTS, workout(701, 2, end - 1800, end), false);
    world.withings().tell(33, 16, Map.of("date", LocalDate.now(PARIS).toString()));
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(found("wanda", "code=" + WORKOUT)).hasSize(1));
    world.withings().putRow(33, DataKind.WORKOUTS, workout(702, 7, end - 900, end), false);
    // Withings sends 50 only with an otherwise unneeded scope; a relay may send it for a workout.
    assertThat(notify(33, "userid=33&appli=50&startdate=" + (end - 900) + "&enddate=" + end))
        .isEqualTo(200);
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(found("wanda", "code=" + WORKOUT)).hasSize(2));

    assertThat(found("wanda", "value-concept=http://loinc.org|LA11836-6")).hasSize(1);
    assertThat(world.fhir().observationsOf("wanda")).allSatisfy(FhirValidation::assertValid);
  }

  @Test
  void a_night_over_midnight_is_found_by_a_range() {
    connected("xena", 34, mat());
    LocalDate today = LocalDate.now(PARIS);
    long start = today.minusDays(1).atTime(22, 40).minusDays(1).atZone(PARIS).toEpochSecond();
    ObjectNode night = row("id", 801).put("timezone", "Europe/Paris").put("model_id", 63);
    night
        .put("startdate", start)
        .put("enddate", start + 28_800)
        .put("date", today.minusDays(1).toString())
        .put("hash_deviceid", DEVICE + "a");
    night.putObject("data").put("total_sleep_time", 25_260).put("deepsleepduration", 5_880);

    world.withings().putRow(34, DataKind.SLEEP_SUMMARY, night, true);

    await().atMost(SOON).untilAsserted(() -> assertThat(found("xena", "code=" + SLEEP)).hasSize(1));
    assertThat(
            found("xena", "code=" + SLEEP + "&date=ge" + today.minusDays(2) + "&date=le" + today))
        .hasSize(1);
    Device mat = deviceOf(found("xena", "code=" + SLEEP).get(0));
    assertThat(mat.getNameFirstRep().getValue()).isEqualTo("Sleep Analyzer");
    assertThat(mat.getTypeFirstRep().getText()).isEqualTo("Sleep Monitor");
    assertThat(mat.getMeta().getVersionId()).isEqualTo("1");
    assertThat(found("xena", "combo-code-value-quantity=http://loinc.org|93831-6$gt90")).hasSize(1);
    assertThat(world.fhir().observationsOf("xena")).allSatisfy(FhirValidation::assertValid);
  }

  @Test
  void a_night_that_another_replaces_is_in_error_though_it_begins_before_the_window() {
    connected("yuri", 39, mat());
    long end = LocalDate.now(PARIS).minusDays(1).atTime(7, 0).atZone(PARIS).toEpochSecond();
    world.withings().putRow(39, DataKind.SLEEP_SUMMARY, night(811, end - 30_000, end), true);
    await().atMost(SOON).untilAsserted(() -> assertThat(found("yuri", "code=" + SLEEP)).hasSize(1));

    world.withings().user(39).removeIf(DataKind.SLEEP_SUMMARY, row -> true);
    ObjectNode later = night(812, end - 26_400, end + 1_800);
    world.withings().putRow(39, DataKind.SLEEP_SUMMARY, later, true);

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              inspection.secondReadsAreDue();
              assertThat(found("yuri", "code=" + SLEEP))
                  .extracting(
                      each -> each.getEffectivePeriod().getEnd().toInstant().getEpochSecond(),
                      Observation::getStatus)
                  .containsExactlyInAnyOrder(
                      tuple(end, ObservationStatus.ENTEREDINERROR),
                      tuple(end + 1_800, ObservationStatus.FINAL));
            });
  }

  private static ObjectNode night(long id, long start, long end) {
    ObjectNode night = row("id", id).put("timezone", PARIS.getId()).put("model_id", 63);
    night
        .put("startdate", start)
        .put("enddate", end)
        .put("date", LocalDate.ofInstant(Instant.ofEpochSecond(end), PARIS).toString())
        .put("hash_deviceid", DEVICE + "a");
    night.putObject("data").put("total_sleep_time", 25_260);
    return night;
  }

  @Test
  void the_stages_of_a_night_come_with_it_and_are_fetched_once() {
    connected("yves", 37);
    LocalDate today = LocalDate.now(PARIS);
    long start = today.minusDays(2).atTime(23, 10).atZone(PARIS).toEpochSecond();
    ObjectNode night = row("id", 802).put("timezone", "Europe/Paris").put("model_id", 63);
    night.put("startdate", start).put("enddate", start + 28_800).put("modified", start + 28_900);
    night.put("date", today.minusDays(1).toString());
    night.putObject("data").put("total_sleep_time", 25_260);
    world.withings().putRow(37, DataKind.SLEEP, phase(start, start + 600, 0), false);
    world.withings().putRow(37, DataKind.SLEEP, phase(start + 600, start + 28_800, 3), false);

    world.withings().putRow(37, DataKind.SLEEP_SUMMARY, night, true);

    String rem = "component-code=" + world.namespace() + "/CodeSystem/sleep-state|3";
    await().atMost(SOON).untilAsserted(() -> assertThat(found("yves", rem)).hasSize(1));
    assertThat(found("yves", rem).get(0).getComponent())
        .extracting(component -> component.getCode().getCodingFirstRep().getDisplay())
        .containsExactly("Awake", "REM sleep", "Heart rate");
    assertThat(world.fhir().observationsOf("yves")).allSatisfy(FhirValidation::assertValid);
    await().atMost(SOON).until(() -> inspection.waitingRequests() == 0);
    long stages = world.withings().calls().count("/v2/sleep get");
    long nights = world.withings().calls().count("/v2/sleep getsummary");
    world.withings().tell(37, 44, Map.of("startdate", "" + start, "enddate", "" + (start + 1)));
    await()
        .atMost(SOON)
        .until(() -> world.withings().calls().count("/v2/sleep getsummary") > nights);
    await().atMost(SOON).until(() -> inspection.waitingRequests() == 0);
    assertThat(world.withings().calls().count("/v2/sleep get")).isEqualTo(stages);
    assertThat(found("yves", rem + "&status=final")).hasSize(1);
  }

  @Test
  void an_ecg_comes_with_its_curve_and_its_blood_pressure() {
    connected("yara", 35);
    long moment = Instant.now().minusSeconds(3600).getEpochSecond();
    ObjectNode recording = row("timestamp", moment).put("model", 44).put("heart_rate", 66);
    recording.put("deviceid", DEVICE + "b").put("modified", moment + 60);
    recording.putObject("ecg").put("signalid", 901).put("afib", 0);
    recording.putObject("bloodpressure").put("systole", 121).put("diastole", 80);
    ObjectNode signal = row("signalid", 901).put("sampling_frequency", 500).put("wearposition", 3);
    signal.putArray("signal").add(1).add(-2).add(300);
    world.withings().putRow(35, DataKind.HEART_SIGNALS, signal, false);

    world.withings().putRow(35, DataKind.HEART, recording, false);
    world
        .withings()
        .tell(35, 54, Map.of("startdate", "" + moment, "enddate", Long.toString(moment + 20)));

    await().atMost(SOON).untilAsserted(() -> assertThat(found("yara", "code=" + ECG)).hasSize(1));
    assertThat(found("yara", "code=" + ECG).get(0).getComponentFirstRep().getValueSampledData())
        .satisfies(curve -> assertThat(curve.getData()).isEqualTo("1 -2 300"));
    assertThat(found("yara", "component-code-value-quantity=http://loinc.org|8480-6$121"))
        .hasSize(1);
    assertThat(found("yara", "category=vital-signs&code=http://loinc.org|85354-9")).hasSize(1);
    assertThat(world.fhir().observationsOf("yara")).allSatisfy(FhirValidation::assertValid);
  }

  private static void connected(String subject, long user, ObjectNode... devices) {
    world.withings().addUser(user, PARIS, subject);
    for (ObjectNode device : devices) {
      world.withings().putRow(user, DataKind.DEVICES, device, false);
    }
    assertThat(world.connect(vitalroutes, subject, user)).asString().contains("status=connected");
    await().atMost(SOON).until(() -> inspection.waitingRequests() == 0);
  }

  private static int notify(long user, String form) {
    return RunningVitalroutes.send(
            Inspection.form(vitalroutes.request(World.signedPath(user)), form))
        .statusCode();
  }

  private static List<String> stepsOf(String subject) {
    return world.fhir().valuesOf(subject, "55423-8");
  }

  /** The first page of a search among a user's Observations. */
  private static List<Observation> found(String subject, String criteria) {
    return search(subject, criteria).getEntry().stream()
        .map(entry -> (Observation) entry.getResource())
        .toList();
  }

  private static Bundle search(String subject, String criteria) {
    return world
        .fhir()
        .client()
        .search()
        .byUrl("Observation?patient=" + patient(subject) + "&" + criteria.replace("|", "%7C"))
        .cacheControl(CacheControlDirective.noCache())
        .returnBundle(Bundle.class)
        .execute();
  }

  private static String patient(String subject) {
    return world.fhir().patientsOf(subject).stream()
        .findFirst()
        .map(patient -> patient.getIdElement().getIdPart())
        .orElse("not-yet");
  }

  private static ObjectNode row(String field, long value) {
    return JsonNodeFactory.instance.objectNode().put(field, value);
  }

  /** Rows of nights hold only the device number. */
  private static ObjectNode mat() {
    return row("model_id", 63)
        .put("type", "Sleep Monitor")
        .put("model", "Sleep Analyzer")
        .put("deviceid", DEVICE + "a")
        .put("hash_deviceid", DEVICE + "a");
  }

  private static Device deviceOf(Observation observation) {
    return world
        .fhir()
        .client()
        .read()
        .resource(Device.class)
        .withId(observation.getDevice().getReferenceElement().getIdPart())
        .execute();
  }

  private static ObjectNode day(LocalDate date, int steps) {
    return row("steps", steps)
        .put("date", date.toString())
        .put("timezone", PARIS.getId())
        .put("distance", 812.5)
        .put("active", 600)
        .put("hr_average", 80)
        .put("hr_max", 130)
        .put("hash_deviceid", DEVICE + "c")
        .put("deviceid", DEVICE + "c")
        .put("model", "ScanWatch")
        .put("modelid", 93)
        .put("brand", 1)
        .put("is_tracker", true)
        .put("modified", Instant.now().getEpochSecond());
  }

  private static ObjectNode phase(long start, long end, int state) {
    ObjectNode phase = row("startdate", start).put("enddate", end).put("state", state);
    phase.putObject("hr").put(Long.toString(start), 55);
    return phase.put("hash_deviceid", DEVICE + "a");
  }

  private static ObjectNode workout(long id, int category, long start, long end) {
    ObjectNode workout =
        row("id", id)
            .put("category", category)
            .put("timezone", PARIS.getId())
            .put("attrib", 0)
            .put("startdate", start)
            .put("enddate", end)
            .put("date", LocalDate.ofInstant(Instant.ofEpochSecond(start), PARIS).toString())
            .put("modified", end);
    workout.putObject("data").put("calories", 220).put("hr_average", 131);
    return workout;
  }
}
