package org.vitalroutes.fhir.table;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vitalroutes.fhir.table.FieldTable.Coded;
import org.vitalroutes.fhir.table.FieldTable.Conversion;
import org.vitalroutes.fhir.table.FieldTable.Field;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.Intraday;
import org.vitalroutes.withings.Night;
import org.vitalroutes.withings.Workout;

class FieldTableTest {

  /**
   * The FHIR validator does not know LOINC, so it accepts wrong codes and displays. This test pins
   * them, so a row changes here only after its code was looked up.
   */
  private static final String ACTIVITY =
      """
      active | 101691-4 Duration of physical activity + L Active time | min min | MINUTES, 0..1500
      calories | 41981-2 Calories burned + L Active calories | kcal kcal | 0..30000
      distance | 103208-5 Distance traveled + 41953-1 Walking distance 24 hour Calculated (closed) + L Distance | m m | 0..1100000
      elevation | 100304-5 Flights climbed [#] Reporting Period + L Floors climbed | 1 floors | 0..10000
      hr_average | 41924-2 Heart rate 24 hour mean (closed) + 8867-4 Heart rate + L Average heart rate | /min beats/minute | no zero, 10..480
      hr_max | 8873-2 Heart rate 24 hour maximum (closed) + 101692-2 Maximum heart rate + L Maximum heart rate | /min beats/minute | no zero, 10..480
      hr_min | 8883-1 Heart rate 24 hour minimum (closed) + 103222-6 + L Minimum heart rate | /min beats/minute | no zero, 10..480
      hr_zone_0 | L Light zone | min min | MINUTES, 0..1500
      hr_zone_1 | L Moderate zone | min min | MINUTES, 0..1500
      hr_zone_2 | L Intense zone | min min | MINUTES, 0..1500
      hr_zone_3 | 103207-7 Duration of maximum heart rate zone + L Maximal zone | min min | MINUTES, 0..1500
      intense | 101690-6 Duration of vigorous activity + L Intense activity | min min | MINUTES, 0..1500
      moderate | 101689-8 Duration of moderate activity + L Moderate activity | min min | MINUTES, 0..1500
      soft | 101688-0 Duration of light activity + L Soft activity | min min | MINUTES, 0..1500
      steps | 55423-8 Number of steps in unspecified time Pedometer + 41950-7 Number of steps in 24 hour Measured (closed) + L Steps | {steps} steps | 0..350000
      totalcalories | 41979-6 Calories burned in 24 hour Calculated (closed) + L Total calories | kcal/d kcal/day | 0..40000
      """;

  private static final String INTRADAY =
      """
      calories | 41981-2 Calories burned + L Active calories | kcal kcal | 0..30000
      chest_movement_rate | L Chest movement rate | /min /min | no zero, 1..150
      core_body_temperature | L Core body temperature | Cel °C | no zero, 11..47
      distance | 103208-5 Distance traveled + L Distance | m m | 0..1100000
      duration | L Time that the moment stands for | s s | 0..90000
      elevation | L Floors climbed | 1 floors | 0..10000
      heart_rate | 8867-4 Heart rate + L Heart rate | /min beats/minute | no zero, 10..480
      hrv_quality | L Quality of the heart rate variability | 1 1 | 0..100
      pool_lap | L Pool laps | {laps} laps | 0..10000
      rmssd | L RMSSD | ms ms | no zero, 0.1..1000
      rr | 9279-1 Respiratory rate + L Respiration rate | /min breaths/minute | no zero, 1..150
      sdnn1 | 112429-6 Heart rate variability SDNN [Time] + L SDNN of the minute | ms ms | no zero, 0.1..1000
      spo2_auto | 59408-5 Oxygen saturation in Arterial blood by Pulse oximetry + L SpO2 | % % | no zero, 10..100
      steps | 55423-8 Number of steps in unspecified time Pedometer + L Steps | {steps} steps | 0..350000
      stroke | L Strokes | {strokes} strokes | 0..150000
      """;

  private static final String WORKOUTS =
      """
      algo_pause_duration | L Pause detected while swimming | min min | MINUTES, no zero, 0..20160
      calories | 55424-6 Calories burned in unspecified time Pedometer + L Active calories | kcal kcal | 0..100000
      core_body_temperature_avg | L Average core body temperature | Cel °C | no zero, 11..47
      core_body_temperature_max | L Maximum core body temperature | Cel °C | no zero, 11..47
      core_body_temperature_min | L Minimum core body temperature | Cel °C | no zero, 11..47
      distance | 55412-1 Exercise distance unspecified time + L Distance | m m | no zero, 0..5000000
      duration | 55411-3 Exercise duration | min min | MINUTES, 0..20160
      elevation | L Floors climbed | 1 floors | no zero, 0..50000
      hr_average | 103205-1 Mean heart rate + L Average heart rate | /min beats/minute | no zero, 10..480
      hr_max | 101692-2 Maximum heart rate + L Maximum heart rate | /min beats/minute | no zero, 10..480
      hr_min | 103222-6 + L Minimum heart rate | /min beats/minute | no zero, 10..480
      hr_zone_0 | L Light zone | min min | MINUTES, no zero, 0..20160
      hr_zone_1 | L Moderate zone | min min | MINUTES, no zero, 0..20160
      hr_zone_2 | L Intense zone | min min | MINUTES, no zero, 0..20160
      hr_zone_3 | 103207-7 Duration of maximum heart rate zone + L Maximal zone | min min | MINUTES, no zero, 0..20160
      intensity | L Intensity entered by the user (0-100) | 1 1 | no zero, 1..100
      pause_duration | 103206-9 Duration of workout pause + L Pause | min min | MINUTES, no zero, 0..20160
      pool_laps | L Pool laps | {laps} laps | no zero, 1..10000
      pool_length | L Pool length | m m | no zero, 5..1100
      spo2_average | 103209-3 Mean oxygen saturation + 59408-5 Oxygen saturation in Arterial blood by Pulse oximetry + L Average SpO2 | % % | no zero, 10..100
      steps | 55423-8 Number of steps in unspecified time Pedometer + L Steps | {steps} steps | no zero, 0..2000000
      strokes | L Strokes | {strokes} strokes | no zero, 1..150000
      """;

  private static final String SLEEP =
      """
      apnea_hypopnea_index | L Apnea hypopnea index | /h /h | 0..250
      asleepduration | 93832-4 Sleep duration + L Time asleep | min min | MINUTES, 0..2880
      breathing_disturbances_intensity | L Breathing disturbances intensity | 1 1 | 0..250
      breathing_quality_assessment | L Breathing quality assessment | 1 1 | 0..250
      breathing_sounds | L Breathing sounds | min min | MINUTES, 0..2880
      breathing_sounds_episode_count | L Breathing sound episodes | 1 1 | 0..1000
      chest_movement_rate_average | L Average chest movement rate | /min /min | no zero, 1..150
      chest_movement_rate_max | L Maximum chest movement rate | /min /min | no zero, 1..150
      chest_movement_rate_min | L Minimum chest movement rate | /min /min | no zero, 1..150
      chest_movement_rate_wellness_average | L Average chest movement rate (wellness) | /min /min | no zero, 1..150
      chest_movement_rate_wellness_max | L Maximum chest movement rate (wellness) | /min /min | no zero, 1..150
      chest_movement_rate_wellness_min | L Minimum chest movement rate (wellness) | /min /min | no zero, 1..150
      core_body_temperature_avg | L Average core body temperature | Cel °C | no zero, 11..47
      core_body_temperature_max | L Maximum core body temperature | Cel °C | no zero, 11..47
      core_body_temperature_min | L Minimum core body temperature | Cel °C | no zero, 11..47
      deepsleepduration | 93831-6 Deep sleep duration + L Deep sleep | min min | MINUTES, 0..2880
      hr_average | 103205-1 Mean heart rate + 8867-4 Heart rate + L Average heart rate | /min beats/minute | no zero, 10..480
      hr_max | 101692-2 Maximum heart rate + L Maximum heart rate | /min beats/minute | no zero, 10..480
      hr_min | 103222-6 + L Minimum heart rate | /min beats/minute | no zero, 10..480
      lightsleepduration | 93830-8 Light sleep duration + L Light sleep | min min | MINUTES, 0..2880
      mvt_active_duration | L Time of movement | min min | MINUTES, 0..2880
      mvt_score_avg | L Average movement score | 1 1 | 0..255
      nb_rem_episodes | L REM episodes | 1 1 | 0..1000
      out_of_bed_count | L Out of bed count | 1 1 | 0..1000
      remsleepduration | 93829-0 REM sleep duration + L REM sleep | min min | MINUTES, 0..2880
      rmssd_end_avg | L RMSSD at the end | ms ms | no zero, 0.1..1000
      rmssd_start_avg | L RMSSD at the start | ms ms | no zero, 0.1..1000
      rr_average | 103217-6 Mean respiratory rate + L Average respiration rate | /min breaths/minute | no zero, 1..150
      rr_max | L Maximum respiration rate | /min breaths/minute | no zero, 1..150
      rr_min | L Minimum respiration rate | /min breaths/minute | no zero, 1..150
      sleep_efficiency | L Sleep efficiency | % % | PERCENT, 0..100
      sleep_latency | 103212-7 Duration of falling asleep + L Sleep latency | min min | MINUTES, 0..2880
      sleep_score | L Sleep score | {score} score | 0..100
      snoring | L Snoring | min min | MINUTES, 0..2880
      snoringepisodecount | L Snoring episodes | 1 1 | 0..1000
      total_sleep_time | 93832-4 Sleep duration + L Total sleep time | min min | MINUTES, 0..2880
      total_timeinbed | 103213-5 Duration in bed + L Time in bed | min min | MINUTES, 0..2880
      wakeup_latency | L Wake-up latency | min min | MINUTES, 0..2880
      wakeupcount | 103211-9 Number of awakenings + L Wake-up count | 1 1 | 0..1000
      wakeupduration | 93828-2 Nighttime awakening duration + L Time awake | min min | MINUTES, 0..2880
      waso | 103215-0 + L Wake after sleep onset | min min | MINUTES, 0..2880
      withings_index | L Withings index | /h /h | 0..250
      """;

  private static final String SLEEP_STAGES =
      """
      breathing_sounds | L Breathing sounds within the minute | s s | 0..3600
      chest_movement_rate | L Chest movement rate | /min /min | no zero, 1..150
      hr | 8867-4 Heart rate + L Heart rate | /min beats/minute | no zero, 10..480
      hrv_quality | L Quality of the heart rate variability | 1 1 | 0..100
      mvt_score | L Movement score (0-255) | {score} score | 0..255
      rmssd | L RMSSD | ms ms | no zero, 0.1..1000
      rr | 9279-1 Respiratory rate + L Respiration rate | /min breaths/minute | no zero, 1..150
      sdnn_1 | 112429-6 Heart rate variability SDNN [Time] + L SDNN of the minute | ms ms | no zero, 0.1..1000
      snoring | L Snoring within the minute | s s | 0..3600
      withings_index | L Withings index | /h /h | 0..250
      """;

  @Test
  void every_field_is_as_it_was_looked_up() {
    assertThat(pinned(FieldTable.sleepStages())).isEqualTo(SLEEP_STAGES);
    assertThat(pinned(FieldTable.activity())).isEqualTo(ACTIVITY);
    assertThat(pinned(FieldTable.intraday())).isEqualTo(INTRADAY);
    assertThat(pinned(FieldTable.workouts())).isEqualTo(WORKOUTS);
    assertThat(pinned(FieldTable.sleep())).isEqualTo(SLEEP);
  }

  @Test
  void what_is_translated_is_asked_for() {
    assertThat(ActivityDay.FIELDS).containsAll(FieldTable.activity().fields().keySet());
    assertThat(Intraday.FIELDS)
        .containsExactlyInAnyOrderElementsOf(fieldsOf(FieldTable.intraday()));
    assertThat(Night.FIELDS).containsExactlyInAnyOrderElementsOf(fieldsOf(FieldTable.sleep()));
    List<String> workout = fieldsOf(FieldTable.workouts());
    // Computed from start, end and pause.
    workout.remove("duration");
    assertThat(Workout.FIELDS).containsAll(workout);
  }

  static Stream<FieldTable> tables() {
    return FieldTable.all().stream();
  }

  @ParameterizedTest
  @MethodSource("tables")
  void every_loinc_code_has_its_check_digit_and_none_is_one_that_others_misuse(FieldTable table) {
    assertThat(table.fields().values())
        .allSatisfy(
            field ->
                assertThat(field.codings())
                    .filteredOn(code -> !code.local())
                    .allMatch(code -> Loinc.hasCheckDigit(code.code()))
                    .allMatch(
                        code ->
                            Loinc.misuse(code.code(), table.system() + "/" + field.name())
                                .isEmpty()));
  }

  static List<String> misused() {
    return Loinc.misused().stream().sorted().toList();
  }

  @ParameterizedTest
  @MethodSource("misused")
  void a_code_that_others_misuse_is_refused(String code) {
    assertThat(problems(activity("code: 55423-8", "code: " + code)))
        .anySatisfy(
            problem ->
                assertThat(problem).startsWith("field steps: codings.0: '" + code + "' is "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          code: 55423-8        | code: 55423-9           | field steps: codings.0: '55423-9' is no LOINC code: its check digit is wrong
          field: soft          | field: steps            | field steps: is listed twice
          value: [distance]    | value: [way]            | observation distance: there is no field 'way'
          name: durations      | name: active_time       | observation active_time: name: must match ^[a-z][a-z0-9-]*$
          - soft               | - calories             | field soft: no observation uses it
          - soft               | - active               | observation durations: component active repeats a code of the observation
          category: activity   | category: vital-signs   | observation steps: category: must be one of ["exam","activity","procedure","laboratory"]
          convert: seconds-to-minutes | convert: to-hours | field active: convert: must be one of ["none","seconds-to-minutes","ratio-to-percent"]
          plausible: [10, 480] | plausible: 1            | field hr_average: plausible: integer found, array expected
          zero-is-absent: true | zero: true              | field hr_average: zero: is no field of the table
          system: withings, code: soft | system: withings, code: hard | field soft: codings.1: a withings coding has the field as its code
          system: withings, code: soft | system: snomed, code: soft   | field soft: codings.1.system: must be one of ["loinc","withings"]
          text: Steps          | text: ''                | observation steps: text: must not be empty
          observations:        | observation:            | observations: is missing
          """)
  void a_wrong_row_is_named_with_its_problem(String right, String wrong, String problem) {
    assertThat(problems(activity(right, wrong))).contains(problem);
  }

  private static List<String> problems(String yaml) {
    List<String> problems = new ArrayList<>();
    assertThatExceptionOfType(MeasureTableException.class)
        .isThrownBy(() -> FieldTable.parse("activity.yaml", yaml))
        .satisfies(e -> problems.addAll(MeasureTableTest.withoutPlace(e.problems())));
    return problems;
  }

  /** The table of activity, with its first such text exchanged. */
  private static String activity(String right, String wrong) {
    try (InputStream in = FieldTable.class.getResourceAsStream("/mapping/activity.yaml")) {
      String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      int at = yaml.indexOf(right, yaml.indexOf("\nsystem: "));
      assertThat(at).as("'%s' is in the table", right).isPositive();
      return yaml.substring(0, at) + wrong + yaml.substring(at + right.length());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> fieldsOf(FieldTable table) {
    return new ArrayList<>(table.fields().keySet());
  }

  private static String pinned(FieldTable table) {
    return table.fields().values().stream().map(FieldTableTest::pinned).collect(joining());
  }

  private static String pinned(Field field) {
    List<String> besides = new ArrayList<>();
    if (field.conversion() != Conversion.NONE) {
      besides.add(field.conversion().name());
    }
    if (field.zeroIsAbsent()) {
      besides.add("no zero");
    }
    besides.add(field.plausible().low() + ".." + field.plausible().high());
    return field.name()
        + " | "
        + field.codings().stream().map(FieldTableTest::pinned).collect(joining(" + "))
        + " | "
        + field.unit().code()
        + " "
        + field.unit().printed()
        + " | "
        + String.join(", ", besides)
        + "\n";
  }

  private static String pinned(Coded code) {
    return (code.local() ? "L" : code.code())
        + (code.display().isEmpty() ? "" : " " + code.display())
        + (code.closed() ? " (closed)" : "");
  }
}
