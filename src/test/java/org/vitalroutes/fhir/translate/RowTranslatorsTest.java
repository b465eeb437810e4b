package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vitalroutes.fhir.translate.RowsOf.keys;
import static org.vitalroutes.fhir.translate.RowsOf.observation;
import static org.vitalroutes.fhir.translate.RowsOf.resource;
import static org.vitalroutes.fhir.translate.RowsOf.tree;
import static org.vitalroutes.testsupport.MeasureReply.reply;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Observation.ObservationComponentComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.HeartRecording;
import org.vitalroutes.withings.RowPage;

class RowTranslatorsTest {

  @Test
  void each_heart_rate_of_a_day_is_a_reading_of_its_own_when_it_is_wanted() {
    Translation translation =
        RowsOf.intradayWithHeartRates(
            resource("getactivity-days.json"), resource("getintradayactivity.json"));

    List<String> readings =
        keys(translation).stream().filter(key -> key.matches(".*-intraday-\\d+")).toList();
    assertThat(readings)
        .extracting(key -> key.replaceFirst(".*-intraday-", ""))
        .containsExactly("1711843260", "1711872000");
    Observation reading = observation(translation, readings.get(0));
    FhirValidation.assertValid(reading);
    assertThat(reading.getCode().getCodingFirstRep().getCode()).isEqualTo("8867-4");
    assertThat(reading.getMeta().getProfile().get(0).getValue()).endsWith("/heartrate");
    assertThat(reading.getEffectiveDateTimeType().getValue().toInstant())
        .isEqualTo(Instant.ofEpochSecond(1711843260));
    assertThat(reading.getValueQuantity().getValue()).isEqualByComparingTo("55");
    assertThat(reading.hasDevice()).isTrue();
    assertThat(Identifiers.rows(readings.get(0), RowsOf.LATER))
        .containsExactly(readings.get(0).replaceFirst("-\\d+$", ""));
  }

  // ── Days ──────────────────────────────────────────────────────────────────────────────────────

  @Test
  void days_of_other_makers_are_tagged_and_stand_beside_the_own_when_they_are_wanted() {
    String own = "act-4711-20240331-0123456789abcdef0123456789abcdef01234567-steps";
    Translation translation =
        RowsOf.activity(resource("getactivity-days.json"), RowsOf.LATER, ForeignData.TAG);

    assertThat(keys(translation)).contains(own, "act-4711-20240331-external-1055-steps");
    Observation foreign = observation(translation, "act-4711-20240331-external-1055-steps");
    FhirValidation.assertValid(foreign);
    assertThat(foreign.getMeta().getTagFirstRep().getCode()).isEqualTo("external");
    assertThat(observation(translation, own).getMeta().getTag()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"brand\": 18", "\"is_tracker\": false", "\"brand\": \"18\""})
  void days_of_other_makers_are_left_out_and_counted(String origin) {
    Translation translation = RowsOf.activity(day("\"steps\": 5, " + origin));

    assertThat(translation.produced()).isEmpty();
    assertThat(translation.skipped())
        .containsExactly(new Skipped(SkipReason.FOREIGN_ORIGIN, null, 1));
    assertThat(translation.isIncomplete()).isFalse();
  }

  @Test
  void no_heart_rate_is_no_observation_of_it_and_no_steps_are_zero_steps() {
    assertThat(
            keys(
                RowsOf.activity(
                    day("\"steps\": 0, \"hr_average\": 0, \"hr_min\": 0, \"hr_zone_0\": 60"))))
        .containsExactly("act-4711-20240109-steps");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0.02", "30, 0.5", "60, 1", "600, 10", "5999, 99.98"})
  void seconds_become_minutes(int seconds, String minutes) {
    Observation active =
        observation(RowsOf.activity(day("\"active\": " + seconds)), "act-4711-20240109-durations");

    assertThat(active.getValueQuantity().getValueElement().getValueAsString()).isEqualTo(minutes);
  }

  @Test
  void a_number_that_cannot_be_is_left_out_and_counted() {
    Translation translation =
        RowsOf.activity(day("\"hr_average\": 70, \"hr_max\": 4000, \"steps\": 1e30"));

    assertThat(keys(translation)).containsExactly("act-4711-20240109-hr");
    assertThat(translation.skipped())
        .containsExactly(
            new Skipped(SkipReason.IMPLAUSIBLE, null, "hr_max", 1),
            new Skipped(SkipReason.IMPLAUSIBLE, null, "steps", 1));
  }

  @Test
  void a_negative_sum_is_counted_and_minus_one_is_nothing() {
    Translation night =
        RowsOf.sleep(
            tree(
                """
                {"series": [{"id": 7, "startdate": 1704760000, "enddate": 1704790000, "data": {
                  "total_sleep_time": 25000, "waso": -25920, "wakeupcount": -1}}]}
                """));

    assertThat(keys(night)).containsExactly("sleep-4711-7");
    assertThat(night.skipped())
        .containsExactly(new Skipped(SkipReason.IMPLAUSIBLE, null, "waso", 1));
  }

  @Test
  void a_field_in_another_shape_is_read_where_its_meaning_is_plain_and_else_counted() {
    Translation translation =
        RowsOf.activity(
            day(
                "\"steps\": {\"value\": 900}, \"distance\": \"750.5\", \"calories\": [1],"
                    + " \"elevation\": \"some\", \"soft\": {\"value\": 60, \"is_deleted\": true},"
                    + " \"active\": \"\""));

    assertThat(observation(translation, "act-4711-20240109-steps").getValueQuantity().getValue())
        .isEqualByComparingTo("900");
    assertThat(observation(translation, "act-4711-20240109-distance").getValueQuantity().getValue())
        .isEqualByComparingTo("750.5");
    assertThat(translation.skipped())
        .containsExactly(
            new Skipped(SkipReason.UNREADABLE_FIELD, null, "calories", 1),
            new Skipped(SkipReason.UNREADABLE_FIELD, null, "elevation", 1),
            new Skipped(SkipReason.TAKEN_BACK, null, "soft", 1));
    assertThat(translation.isIncomplete()).isFalse();
  }

  @Test
  void each_device_of_a_day_is_an_observation_of_its_own() {
    String wrist = "a".repeat(40);
    String pocket = "b".repeat(40);
    Translation translation =
        RowsOf.activity(
            tree(
                """
                {"activities": [
                  {"date": "2024-01-09", "brand": 1, "steps": 9000, "modified": 1704800000,
                   "hash_deviceid": "%s"},
                  {"date": "2024-01-09", "brand": 1, "steps": 400, "modified": 1704900000,
                   "hash_deviceid": "%s"},
                  {"date": "2024-01-09", "brand": 1, "steps": 9100, "deviceid": null}]}
                """
                    .formatted(wrist, pocket)),
            RowsOf.LATER,
            ForeignData.SKIP);

    assertThat(steps(translation, "act-4711-20240109-" + wrist + "-steps")).isEqualTo("9000");
    assertThat(steps(translation, "act-4711-20240109-" + pocket + "-steps")).isEqualTo("400");
    assertThat(steps(translation, "act-4711-20240109-steps")).isEqualTo("9100");
    assertThat(translation.skipped()).isEmpty();
  }

  private static String steps(Translation translation, String key) {
    return observation(translation, key).getValueQuantity().getValue().toString();
  }

  @Test
  void nights_and_recordings_of_other_makers_are_left_out_and_counted() {
    Translation night =
        RowsOf.sleep(
            tree(
                """
                {"series": [{"id": 7, "startdate": 1704760000, "enddate": 1704790000,
                  "model_id": 1057, "data": {"total_sleep_time": 25000}}]}
                """));
    Translation recording =
        RowsOf.ecg(false)
            .translate(
                HeartRecording.page(
                    tree(
                        "{\"series\": [{\"timestamp\": 1704760000, \"model\": 1051,"
                            + " \"ecg\": {\"signalid\": 7}}]}")),
                RowsOf.PATIENT,
                RowsOf.LATER);

    assertThat(night.produced()).isEmpty();
    assertThat(recording.produced()).isEmpty();
    assertThat(List.of(night, recording))
        .allSatisfy(
            each ->
                assertThat(each.skipped())
                    .containsExactly(new Skipped(SkipReason.FOREIGN_ORIGIN, null, 1)));
  }

  @Test
  void a_curve_that_was_delivered_stays_when_an_answer_has_none() {
    Translation without = RowsOf.ecg(resource("heart-list.json"), Map.of());

    assertThat(without.produced())
        .filteredOn(produced -> produced.key().matches("ecg-4711-\\d+"))
        .isNotEmpty()
        .allMatch(Produced::unlessKnown);
  }

  @Test
  void a_row_that_cannot_be_read_makes_the_page_incomplete() {
    assertThat(RowsOf.activity("{\"activities\": [{\"steps\": 1}]}").isIncomplete()).isTrue();
  }

  @Test
  void the_device_of_a_row_gives_way_to_what_a_measure_says_of_it() {
    Translation translation =
        RowsOf.activity(
            day("\"steps\": 1, \"modelid\": 93, \"hash_deviceid\": \"" + "a".repeat(40) + "\""));

    assertThat(translation.produced().get(0))
        .satisfies(
            device -> {
              assertThat(device.unlessKnown()).isTrue();
              assertThat(((Device) device.resource()).getNameFirstRep().getValue())
                  .isEqualTo("ScanWatch");
              FhirValidation.assertValid(device.resource());
            });
  }

  private static String day(String fields) {
    return "{\"activities\": [{\"date\": \"2024-01-09\", \"timezone\": \"Europe/Paris\", "
        + fields
        + "}]}";
  }

  // ── Workouts ──────────────────────────────────────────────────────────────────────────────────

  @ParameterizedTest
  @CsvSource({"120, 28", "0, 30", "1800, 0", "1801, 30", "-1, 30", "null, 30"})
  void a_pause_is_no_exercise(String pause, String minutes) {
    Observation workout =
        observation(
            RowsOf.workouts(tree(workout("\"pause_duration\": " + pause))), "workout-4711-5");

    assertThat(component(workout, "55411-3")).isEqualTo(minutes);
  }

  @Test
  void what_a_person_entered_comes_before_what_was_computed() {
    Observation workout =
        observation(
            RowsOf.workouts(
                tree(
                    workout(
                        "\"distance\": 680, \"manual_distance\": 700, \"calories\": 47,"
                            + " \"manual_calories\": 0"))),
            "workout-4711-5");

    assertThat(component(workout, "55412-1")).isEqualTo("700");
    assertThat(component(workout, "55424-6")).isEqualTo("47");
    assertThat(workout.getMethod().getCodingFirstRep().getDisplay()).isEqualTo("Self reported");
  }

  @Test
  void what_may_be_another_persons_is_preliminary_when_it_is_wanted() {
    Observation workout =
        observation(
            RowsOf.workouts(resource("getworkouts.json"), AmbiguousOwner.PRELIMINARY),
            "workout-4711-5000000004");
    Translation measures =
        new MeasureTranslator(
                MeasureTable.standard(),
                new Identifiers(Identifiers.DEFAULT_NAMESPACE),
                AmbiguousOwner.PRELIMINARY,
                ForeignData.SKIP)
            .translate(
                reply().group(1, group -> group.measure(1, 70, 0).with("attrib", 1)).page(),
                RowsOf.PATIENT,
                RowsOf.LATER,
                Map.of());

    assertThat(measures.skipped()).isEmpty();
    assertThat(List.of(workout, observation(measures, "meas-4711-1-1")))
        .allSatisfy(
            observation -> {
              FhirValidation.assertValid(observation);
              assertThat(observation.getStatus()).isEqualTo(ObservationStatus.PRELIMINARY);
              assertThat(observation.getMethod().getCodingFirstRep().getCode()).isEqualTo("1");
            });
  }

  @Test
  void a_day_that_has_25_hours_is_asked_for_in_two_calls_and_one_without_a_move_in_none() {
    String body =
        """
        {"activities": [
          {"date": "2024-10-27", "timezone": "Europe/Paris", "modified": 1730070000, "steps": 1},
          {"date": "2024-10-28", "timezone": "Europe/Paris", "modified": 1730070000},
          {"date": "2024-10-29", "timezone": "Europe/Paris", "brand": 18, "steps": 5},
          {"date": "2024-10-01", "timezone": "Europe/Paris", "modified": 1730070000, "steps": 1}]}
        """;
    FetchRequest fetch =
        FetchRequest.first(RowsOf.FIRST_PAGE.request(), Instant.parse("2024-10-30T10:00:00Z"));
    RowPage<ActivityDay> page = ActivityDay.page(tree(body));

    assertThat(RowsOf.activity(ForeignData.TAG).details(fetch, page, RowsOf.PATIENT))
        .singleElement()
        .satisfies(
            day -> {
              assertThat(day.key()).isEqualTo("act-4711-20241027-intraday");
              assertThat(day.calls())
                  .extracting(call -> call.fields().get("startdate"))
                  .containsExactly("1729980000", "1730066400");
              assertThat(day.calls())
                  .extracting(call -> call.fields().get("enddate"))
                  .containsExactly("1730066400", "1730070000");
            });
    assertThat(RowsOf.activity(tree(body), RowsOf.LATER, ForeignData.SKIP).rows())
        .contains("act-4711-20241027-intraday", "act-4711-20241001-intraday")
        .contains("act-4711-20241029-external-intraday");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"series\": []}",
        "{\"series\": {}}",
        "{\"series\": {\"1711872000\": {\"steps\": 0, \"heart_rate\": 0}}}"
      })
  void a_day_in_which_nothing_happened_is_nothing(String moments) {
    assertThat(
            RowsOf.intraday(resource("getactivity-days.json"), RowsOf.LATER, tree(moments))
                .produced())
        .isEmpty();
  }

  @Test
  void a_workout_that_another_maker_counted_is_as_the_policy_says() {
    String relayed =
        workout("\"calories\": 47").replace("\"category\"", "\"model\": 1055, \"category\"");

    assertThat(RowsOf.workouts(tree(relayed)).skipped())
        .containsExactly(new Skipped(SkipReason.FOREIGN_ORIGIN, null, 1));
    assertThat(
            observation(
                    RowsOf.workouts(tree(relayed), AmbiguousOwner.SKIP, ForeignData.TAG),
                    "workout-4711-5")
                .getMeta()
                .getTagFirstRep()
                .getCode())
        .isEqualTo("external");
  }

  private static String workout(String data) {
    return "{\"series\": [{\"id\": 5, \"category\": 1, \"startdate\": 1704819600,"
        + " \"enddate\": 1704821400, \"data\": {"
        + data
        + "}}]}";
  }

  // ── ECGs ──────────────────────────────────────────────────────────────────────────────────────

  @ParameterizedTest
  @CsvSource({"300, 3.333333", "500, 2", "128, 7.8125", "1, 1000"})
  void the_interval_of_a_curve_is_that_of_its_frequency(int hertz, String interval) {
    Observation ecg = ecg("{\"signal\": [1, -2], \"sampling_frequency\": " + hertz + "}");

    assertThat(
            ecg.getComponentFirstRep()
                .getValueSampledData()
                .getIntervalElement()
                .getValueAsString())
        .isEqualTo(interval);
    FhirValidation.assertValid(ecg);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"signal\": [], \"sampling_frequency\": 300}",
        "{\"signal\": [1], \"sampling_frequency\": 0}",
        "{\"signal\": [1]}",
        "{\"signal\": [1.5], \"sampling_frequency\": 300}",
        "{\"signal\": [\"x\"], \"sampling_frequency\": 300}"
      })
  void an_ecg_without_a_readable_curve_is_an_ecg_without_a_curve(String signal) {
    Observation ecg = ecg(signal);

    assertThat(ecg.getComponent()).hasSize(1);
    FhirValidation.assertValid(ecg);
  }

  @Test
  void a_classification_that_withings_does_not_list_is_left_out_and_counted() {
    Translation translation =
        RowsOf.ecg(
            tree(
                "{\"series\": [{\"timestamp\": 1704783600, \"ecg\": {\"signalid\": 7, \"afib\": 77}}]}"),
            Map.of());

    assertThat(observation(translation, "ecg-4711-7").getComponent()).isEmpty();
    assertThat(translation.skipped())
        .isEqualTo(List.of(new Skipped(SkipReason.UNKNOWN_VALUE, 130, 1)));
    FhirValidation.assertValid(observation(translation, "ecg-4711-7"));
  }

  @Test
  void a_blood_pressure_goes_before_the_ecg_that_refers_to_it() {
    assertThat(keys(RowsOf.ecg(resource("heart-list.json"), Map.of())))
        .endsWith(
            "ecg-4711-445567-bp", "heart-4711-1704956400-bp", "ecg-4711-445566", "ecg-4711-445567");
  }

  private static Observation ecg(String signal) {
    return observation(
        RowsOf.ecg(
            tree(
                "{\"series\": [{\"timestamp\": 1704783600, \"ecg\": {\"signalid\": 7, \"afib\": 1}}]}"),
            Map.of("7", signal)),
        "ecg-4711-7");
  }

  private static String component(Observation observation, String loinc) {
    return observation.getComponent().stream()
        .filter(component -> component.getCode().hasCoding("http://loinc.org", loinc))
        .map(ObservationComponentComponent::getValueQuantity)
        .map(quantity -> quantity.getValueElement().getValueAsString())
        .findFirst()
        .orElse("none");
  }
}
