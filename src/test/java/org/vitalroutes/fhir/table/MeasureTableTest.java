package org.vitalroutes.fhir.table;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.fhir.table.MeasureTable.Code;
import org.vitalroutes.fhir.table.MeasureTable.Entry;
import org.vitalroutes.fhir.table.MeasureTable.Kind;
import org.vitalroutes.fhir.table.MeasureTable.Panel;

class MeasureTableTest {
  private static final MeasureTable TABLE = MeasureTable.standard();

  /**
   * The FHIR validator does not know LOINC, so it accepts wrong codes and displays. This test pins
   * them, so a row changes here only after its code was looked up.
   */
  private static final String PINNED =
      """
      1 | Body weight | 29463-7 Body weight | kg kg | bodyweight | vital-signs
      4 | Body height | 8302-2 Body height | cm cm x10^2 | bodyheight | vital-signs
      5 | Fat free mass | 91557-9 Lean body weight + L Fat Free Mass | kg kg | - | exam
      6 | Body fat percentage | 41982-0 Percentage of body fat Measured + L Fat Ratio | % % | - | exam
      8 | Fat mass | 73708-0 Body fat [Mass] Calculated + L Fat Mass Weight | kg kg | - | exam
      9 | Diastolic blood pressure | 8462-4 Diastolic blood pressure | mm[Hg] mmHg | in bp | -
      10 | Systolic blood pressure | 8480-6 Systolic blood pressure | mm[Hg] mmHg | in bp | -
      11 | Heart rate | 8867-4 Heart rate | /min beats/minute | heartrate | vital-signs
      12 | Temperature | L Temperature | Cel °C | - | exam
      54 | SpO2 | 2708-6 Oxygen saturation in Arterial blood + 59408-5 Oxygen saturation in Arterial blood by Pulse oximetry | % % | oxygensat | vital-signs
      71 | Body temperature | 8310-5 Body temperature | Cel °C | bodytemp | vital-signs
      73 | Skin temperature | 61008-9 Body surface temperature + L Skin Temperature | Cel °C | - | exam
      76 | Muscle mass | 73964-9 Body muscle mass Calculated + L Muscle Mass | kg kg | - | exam
      77 | Total body water | 101683-1 Body water mass + L Hydration | kg kg | - | exam
      88 | Bone mass | 101685-6 Body bone mass + L Bone Mass | kg kg | - | exam
      91 | Pulse wave velocity | 77196-4 Pulse wave velocity + L Pulse Wave Velocity | m/s m/s | - | exam
      123 | VO2 max (estimated by device) | L VO2 max | mL/min/kg mL/min/kg | - | activity
      130 | Atrial fibrillation result | L Atrial fibrillation result | one of afib-ecg | - | procedure
      135 | QRS interval | 8633-0 QRS duration + L QRS interval | ms ms | - | procedure
      136 | PR interval | 8625-6 P-R Interval + L PR interval | ms ms | - | procedure
      137 | QT interval | 8634-8 Q-T interval + L QT interval | ms ms | - | procedure
      138 | Corrected QT interval | 8636-3 Q-T interval corrected + L Corrected QT interval | ms ms | - | procedure
      139 | Atrial fibrillation result from PPG | L Atrial fibrillation result from PPG | one of afib-ecg | - | exam
      155 | Vascular age | L Vascular age | a years | - | exam
      158 | Nerve health score, left foot | L Nerve Health Score left foot | 1 1 | - | exam
      159 | Nerve health score, right foot | L Nerve Health Score right foot | 1 1 | - | exam
      167 | Nerve health score, feet | L Nerve Health Score Conductance 2 electrodes Feet | 1 1 | - | exam
      168 | Extracellular water | L Extracellular Water | kg kg | - | exam
      169 | Intracellular water | L Intracellular Water | kg kg | - | exam
      170 | Visceral fat index | L Visceral Fat | 1 1 | - | exam
      173 | Fat free mass | L Fat Free Mass for segments | kg kg | - | exam, of a segment
      174 | Fat mass | L Fat Mass for segments | kg kg | - | exam, of a segment
      175 | Muscle mass | L Muscle Mass for segments | kg kg | - | exam, of a segment
      196 | Electrodermal activity, feet | L Electrodermal activity feet | 1 1 | - | exam
      197 | Electrodermal activity, left foot | L Electrodermal activity left foot | 1 1 | - | exam
      198 | Electrodermal activity, right foot | L Electrodermal activity right foot | 1 1 | - | exam
      226 | Basal metabolic rate | L Basal Metabolic Rate | kcal/d kcal/day | - | exam
      227 | Metabolic age | L Metabolic Age | a years | - | exam
      229 | Electrochemical skin conductance | L Electrochemical Skin Conductance | uS µS | - | exam
      """;

  @Test
  void every_code_display_unit_and_profile_is_as_pinned() {
    String table =
        TABLE.types().stream().map(type -> row(TABLE.required(type)) + "\n").collect(joining());
    assertThat(table).isEqualTo(PINNED);
  }

  @Test
  void blood_pressure_is_the_only_panel() {
    assertThat(TABLE.panelNames()).containsExactly("bp");
    Panel panel = TABLE.panel("bp");
    assertThat(codings(panel.codings()))
        .isEqualTo("85354-9 Blood pressure panel with all children optional");
    assertThat(panel.text()).isEqualTo("Blood pressure");
    assertThat(panel.profile()).isEqualTo(VitalProfile.BLOOD_PRESSURE);
    assertThat(panel.category()).isEqualTo(ObservationCategory.VITAL_SIGNS);
    assertThat(panel.components()).containsExactly(10, 9);
  }

  @Test
  void results_on_atrial_fibrillation_are_as_withings_lists_them() {
    assertThat(TABLE.answersNames()).containsExactly("afib-ecg");
    assertThat(TABLE.answers("afib-ecg").displays())
        .hasSize(14)
        .containsEntry(0, "Negative")
        .containsEntry(1, "Positive")
        .containsEntry(2, "Inconclusive")
        .containsEntry(3, "No signal")
        .containsEntry(4, "Other")
        .containsEntry(5, "Noise")
        .containsEntry(6, "Low Heart Rate")
        .containsEntry(7, "High Heart Rate")
        .containsEntry(8, "Inconclusive US")
        .containsEntry(9, "Negative normal HR")
        .containsEntry(10, "Negative high HR")
        .containsEntry(11, "Positive normal HR")
        .containsEntry(12, "Positive high HR")
        .containsEntry(13, "No Diagnosis");
  }

  @Test
  void only_temperature_depends_on_the_device_and_every_quantity_has_bounds() {
    assertThat(TABLE.types())
        .filteredOn(type -> TABLE.required(type).thermometer() != null)
        .containsExactly(12);
    assertThat(TABLE.types())
        .filteredOn(type -> TABLE.required(type).plausible() == null)
        .containsExactly(130, 139);
  }

  // Codes

  @Test
  void every_loinc_code_has_its_check_digit() {
    assertThat(TABLE.types())
        .flatExtracting(type -> TABLE.required(type).codings())
        .filteredOn(code -> !code.local())
        .isNotEmpty()
        .allMatch(code -> Loinc.hasCheckDigit(code.code()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"29463-7", "8302-2", "41950-7", "101683-1", "2339-0", "15074-8", "88365-2"})
  void check_digit_of_a_code_is_right(String code) {
    assertThat(Loinc.hasCheckDigit(code)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"29463-8", "29436-7", "99999-9", "294637", "29463-", "-7", "", "LA6751-7"})
  void check_digit_of_what_is_no_code_is_wrong(String code) {
    assertThat(Loinc.hasCheckDigit(code)).isFalse();
  }

  static List<String> misused() {
    return Loinc.misused().stream().sorted().toList();
  }

  @ParameterizedTest
  @MethodSource("misused")
  void a_code_that_others_misuse_is_refused(String code) {
    assertThat(Loinc.hasCheckDigit(code)).isTrue();
    assertProblems(standard("code: 91557-9", "code: " + code))
        .anySatisfy(
            problem -> assertThat(problem).startsWith("type 5: codings.0: '" + code + "' is "));
  }

  @Test
  void a_misused_code_is_allowed_where_it_is_right() {
    assertThat(Loinc.misuse("8636-3", "measure-type/138")).isEmpty();
    assertThat(Loinc.misuse("8636-3", "measure-type/137")).isPresent();
    assertThat(Loinc.misuse("8625-6", "measure-type/136")).isEmpty();
    assertThat(Loinc.misuse("8625-6", "measure-type/137")).isPresent();
    assertThat(Loinc.misuse("29463-7", "measure-type/1")).isEmpty();
  }

  // Problems

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          type: 88                    | type: 1                      | type 1: is listed twice
          type: 88                    | type: bone                   | type bone: type: string found, integer expected
          code: 29463-7               | code: 29463-8                | type 1: codings.0: '29463-8' is no LOINC code: its check digit is wrong
          code: 29463-7               | code: 3141-9                 | type 1: profile bodyweight requires LOINC 29463-7 as the first coding
          code: 91557-9               | code: 123                    | type 5: codings.0.code: integer found, string expected
          display: Lean body weight   | display: ''                  | type 5: codings.0.display: must not be empty
          name: Weight                | nome: Weight                 | type 1: nome: is no field of the table
          text: Bone mass             | text:                        | type 88: text: null found, string expected
          unit: { code: cm, printed: cm } | unit: { code: m, printed: m } | type 4: unit: 'm' is not allowed by profile bodyheight, which allows [[in_i], cm]
          code: cm, printed: cm       | code: cm                     | type 4: unit.printed: is missing
          printed: beats/minute       | per: minute                  | type 11: unit.per: is no field of the table
          shift: 2                    | shift: 100                   | type 4: shift: must have a maximum value of 6
          shift: 2                    | shift: two                   | type 4: shift: string found, integer expected
          profile: bodytemp           | profile: temperature         | type 71: profile: must be one of ["bodyweight","bodyheight","bp","heartrate","oxygensat","bodytemp","bmi"]
          category: activity          | category: fitness            | type 123: category: must be one of ["vital-signs","exam","activity","procedure","laboratory"]
          category: activity          | category: vital-signs        | type 123: category vital-signs and a profile go together
          kind: code                  | kind: text                   | type 130: kind: must be one of ["quantity","code","component"]
          answers: afib-ecg           | answers: afib                | type 130: there are no answers 'afib'
          panel: bp                   | panel: pressure              | type 9: there is no panel 'pressure'
          panel: bp                   | category: exam               | type 9: category: is not allowed here
          components: [10, 9]         | components: [10]             | panel bp: profile bp requires the components [8480-6, 8462-4]
          components: [10, 9]         | components: [10, 9, 11]      | panel bp: type 11 is no component of it
          components: [10, 9]         | components: []               | panel bp: components: must have at least 1 items but found 0
          code: 85354-9               | code: 55284-4                | panel bp: profile bp requires LOINC 85354-9 as the first coding
          name: bp                    | name: b p                    | panel b p: name: must match ^[a-z][a-z0-9-]*$
          8480-6, display: Systolic   | 8462-4, display: Systolic    | panel bp: profile bp requires the components [8480-6, 8462-4]
          "mm[Hg]", printed: mmHg     | kPa, printed: kPa            | type 9: unit: 'kPa' is not allowed by profile bp, which allows [mm[Hg]]
          system: withings, code: "88" | system: withings, code: "89" | type 88: codings.1: a withings coding has the type as its code and the name as its display
          system: withings, code: "88" | system: snomed, code: "88"  | type 88: codings.1.system: must be one of ["loinc","withings"]
          system: withings, code: "88" | system: loinc, code: 2339-0 | type 88: without a profile the last coding, and only the last, is the withings one
          system: loinc, code: 29463-7, display: Body weight | system: withings, code: "1", display: Weight | type 1: a profiled vital sign carries LOINC codings only
          segmental: true             | segmental: maybe             | type 173: segmental: string found, boolean expected
          plausible: [10, 2000]       | plausible: [2000, 10]        | type 135: plausible: must begin with the lower number
          plausible: [10, 2000]       | plausible: 10                | type 135: plausible: integer found, array expected
          models: [70, 71]            | models: []                   | type 12: thermometer.models: must have at least 1 items but found 0
          stands-in-for: 71           | stands-in-for: 72            | type 12: stands in for a type that the table does not have in its kind
          0: Negative                 | zero: Negative               | answers.afib-ecg.zero: is no field of the table
          0: Negative                 | 0: ''                        | answers.afib-ecg.0: must not be empty
          measures:                   | measure:                     | measure: is no field of the table
          """)
  void a_wrong_row_is_named_with_its_problem(String right, String wrong, String problem) {
    assertProblems(standard(right, wrong)).contains(problem);
  }

  @Test
  void evidence_is_asked_for() {
    assertProblems(standard("    evidence: P; W for kg\n", ""))
        .contains("type 1: evidence: is missing");
  }

  @Test
  void all_problems_of_the_shape_are_reported_at_once_with_their_lines() {
    String yaml =
        standard("category: activity", "category: fitness").replace("shift: 2", "shift: 100");
    int shift = (int) yaml.substring(0, yaml.indexOf("shift: 100")).lines().count();
    assertThatExceptionOfType(MeasureTableException.class)
        .isThrownBy(() -> MeasureTable.parse(yaml))
        .withMessageContaining("measures.yaml:" + shift + ": type 4: shift: ")
        .withMessageContaining("type 123: category: must be one of ")
        .satisfies(e -> assertThat(e.problems()).hasSize(2));
  }

  @Test
  void all_problems_of_the_content_are_reported_at_once() {
    String yaml =
        standard("code: 29463-7", "code: 29463-8").replace("answers: afib-ecg", "answers: afib");
    assertThatExceptionOfType(MeasureTableException.class)
        .isThrownBy(() -> MeasureTable.parse(yaml))
        .withMessageContaining("type 1: codings.0: '29463-8' is no LOINC code")
        .withMessageContaining("type 130: there are no answers 'afib'")
        .satisfies(e -> assertThat(e.problems()).hasSize(4));
  }

  @Test
  void the_schema_allows_the_profiles_and_categories_that_there_are() throws IOException {
    JsonNode definitions = new ObjectMapper().readTree(TableSource.load("measures.schema.json"));
    assertThat(definitions.at("/$defs/profile/enum"))
        .extracting(JsonNode::textValue)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(VitalProfile.values()).map(VitalProfile::id).toList());
    assertThat(definitions.at("/$defs/category/enum"))
        .extracting(JsonNode::textValue)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(ObservationCategory.values()).map(ObservationCategory::code).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"measures", "activity", "intraday", "workouts", "sleep", "sleep-stages"})
  void an_editor_finds_the_schema_of_every_table(String table) {
    String schema = table.equals("measures") ? "measures" : "fields";
    assertThat(TableSource.load(table + ".yaml"))
        .startsWith("# yaml-language-server: $schema=" + schema + ".schema.json\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "measures: []", "[]", "measures", "a: [", "measures: {}"})
  void what_is_no_table_is_refused(String yaml) {
    assertProblems(yaml).isNotEmpty();
  }

  @Test
  void a_key_that_is_written_twice_is_refused() {
    assertProblems(standard("shift: 2", "shift: 2\n    shift: 2"))
        .anySatisfy(problem -> assertThat(problem).contains("Duplicate field 'shift'"));
  }

  @Test
  void the_glucose_example_of_the_head_can_be_added_as_it_stands() {
    String example =
        standard()
            .lines()
            .dropWhile(line -> !line.startsWith("#   - type: 999"))
            .takeWhile(line -> line.startsWith("#"))
            .map(line -> line.substring(2) + "\n")
            .collect(joining());
    MeasureTable table = MeasureTable.parse(standard() + example);
    assertThat(row(table.required(999)))
        .isEqualTo(
            "999 | Blood glucose | 2339-0 Glucose [Mass/volume] in Blood + L Glucose | mg/dL mg/dL | - | laboratory");
  }

  private static ListAssert<String> assertProblems(String yaml) {
    try {
      MeasureTable.parse(yaml);
      return assertThat(List.of());
    } catch (MeasureTableException e) {
      return assertThat(withoutPlace(e.problems()));
    }
  }

  /** The problems without file and line. */
  static List<String> withoutPlace(List<String> problems) {
    return problems.stream()
        .map(problem -> problem.replaceFirst("^[a-z]+\\.yaml(:\\d+)?: ", ""))
        .toList();
  }

  /** The table with the first place of a text replaced, so that it has one row that is wrong. */
  private static String standard(String right, String wrong) {
    String yaml = standard();
    int body = yaml.indexOf("\nanswers:");
    int at = yaml.indexOf(right, body);
    assertThat(at).as("place of '%s'", right).isPositive();
    return yaml.substring(0, at) + wrong + yaml.substring(at + right.length());
  }

  private static String standard() {
    try (InputStream in = MeasureTable.class.getResourceAsStream("/mapping/measures.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String row(Entry entry) {
    String value =
        entry.unit() == null
            ? "one of " + entry.answers()
            : entry.unit().code() + " " + entry.unit().printed();
    String profile = entry.profile() == null ? "-" : entry.profile().id();
    return String.join(
        " | ",
        String.valueOf(entry.type()),
        entry.text(),
        codings(entry.codings()),
        value + (entry.shift() == 0 ? "" : " x10^" + entry.shift()),
        entry.kind() == Kind.COMPONENT ? "in " + entry.panel() : profile,
        (entry.category() == null ? "-" : entry.category().code())
            + (entry.segmental() ? ", of a segment" : ""));
  }

  private static String codings(List<Code> codings) {
    return codings.stream()
        .map(code -> (code.local() ? "L" : code.code()) + " " + code.display())
        .collect(joining(" + "));
  }
}
