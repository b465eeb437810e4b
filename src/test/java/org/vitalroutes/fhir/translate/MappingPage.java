package org.vitalroutes.fhir.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Observation;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.table.FieldTable;
import org.vitalroutes.fhir.table.FieldTable.Definition;
import org.vitalroutes.fhir.table.FieldTable.Field;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.fhir.table.MeasureTable.Entry;
import org.vitalroutes.fhir.table.MeasureTable.Kind;

/** Generates docs/mapping.md from the mapping tables. */
final class MappingPage {
  private static final String HEAD =
      """
      # What becomes of what Withings sends

      [Choices](#choices) · [Body mass index](#body-mass-index) · [Not made, and why](#not-made-and-why) · [Codes that changed](#codes-that-changed) · [Beside Grove FHIR and HealthKitOnFHIR](other-mappings.md)

      Made of the tables in `src/main/resources/mapping/`; a test says when it is out of date. `L` is a code of Vitalroutes' own code system, in
      `{FHIR_NAMESPACE}/CodeSystem/`. All other codes are LOINC. `evidence` is where a code was seen, in
      the letters that the head of each table explains; `?` is not verified. Beside such a LOINC code always stands a code of Vitalroutes' own:
      read that one until you have looked the other up.
      """;

  private static final Map<String, String> FILES =
      Map.of(
          "activity", "activity",
          "intraday", "intraday",
          "workout", "workouts",
          "sleep-summary", "sleep",
          "sleep-stages", "sleep-stages");
  private static final Map<String, JsonNode> TABLES = new HashMap<>();
  private static final String ECG_EVIDENCE =
      "MDC: HL7's core example of an ECG, HealthKitOnFHIR; 11524-6: C names it Study report;"
          + " EKG study in a guide that HL7's publisher made (PH eReferral) and several projects";

  private MappingPage() {}

  static String of(MeasureTable measures, List<FieldTable> tables) {
    return Stream.concat(
            Stream.of(HEAD, measures(measures), ecg()), tables.stream().map(MappingPage::fields))
        .collect(Collectors.joining("\n"));
  }

  private static String measures(MeasureTable table) {
    return "## measure-type\n\n"
        + "| type | text | codes | unit | profile | category | evidence |\n"
        + "|---|---|---|---|---|---|---|\n"
        + table.types().stream().map(table::required).map(e -> row(table, e)).collect(lines());
  }

  private static String row(MeasureTable table, Entry entry) {
    String panel = entry.panel();
    var category = panel == null ? entry.category() : table.panel(panel).category();
    var profile = panel == null ? entry.profile() : table.panel(panel).profile();
    var unit = entry.unit();
    return cells(
        Integer.toString(entry.type()),
        entry.text() + (panel == null ? "" : ", component of " + panel),
        entry.codings().stream()
            .map(code -> (code.local() ? "L" : code.code()) + " " + code.display())
            .collect(Collectors.joining("<br>")),
        unit == null || entry.kind() == Kind.CODE ? "one of " + entry.answers() : unit.code(),
        profile == null ? "" : profile.id(),
        category == null ? "" : category.code(),
        evidence("measures", "measures", "type", Integer.toString(entry.type())));
  }

  private static String fields(FieldTable table) {
    return "## "
        + table.system()
        + "\n\n| Observation | field | as | codes | unit | evidence |\n|---|---|---|---|---|---|\n"
        + table.observations().stream()
            .flatMap(
                each ->
                    Stream.concat(
                        each.value().stream()
                            .map(name -> row(table, each, table.field(name), "value")),
                        each.components().stream()
                            .map(name -> row(table, each, table.field(name), "component"))))
            .collect(lines());
  }

  private static String row(FieldTable table, Definition observation, Field field, String as) {
    return cells(
        observation.text(),
        field.name(),
        as,
        field.codings().stream()
            .map(code -> (code.local() ? "L" : code.code()) + " " + code.display())
            .collect(Collectors.joining("<br>")),
        field.unit().code(),
        evidence(FILES.get(table.system()), "fields", "field", field.name()));
  }

  /** The ECG has no table, so its rows come from a translated example. */
  private static String ecg() {
    Observation ecg =
        RowsOf.observation(
            RowsOf.ecg(
                RowsOf.resource("heart-list.json"),
                Map.of("445566", "{\"signal\": [1, 2], \"sampling_frequency\": 300}")),
            "ecg-4711-445566");
    return "## ecg\n\n| part | codes | value | evidence |\n|---|---|---|---|\n"
        + Stream.concat(
                Stream.of(cells("Observation", codes(ecg.getCode()), "components", ECG_EVIDENCE)),
                ecg.getComponent().stream()
                    .map(
                        part ->
                            cells(
                                "component",
                                codes(part.getCode()),
                                part.getValue().fhirType(),
                                "")))
            .collect(lines())
        + "\nA blood pressure that was taken with it is `measure-type` 9 and 10, as of any other.\n";
  }

  private static String codes(CodeableConcept concept) {
    return concept.getCoding().stream()
        .map(
            code ->
                (code.getSystem().startsWith(Identifiers.DEFAULT_NAMESPACE)
                        ? "L "
                        : code.getSystem().startsWith("urn:iso") ? "MDC " : "")
                    + code.getCode()
                    + " "
                    + code.getDisplay())
        .collect(Collectors.joining("<br>"));
  }

  private static String evidence(String file, String list, String name, String value) {
    for (JsonNode row : TABLES.computeIfAbsent(file, MappingPage::read).path(list)) {
      if (row.path(name).asText().equals(value)) {
        return row.path("evidence").asText();
      }
    }
    throw new AssertionError("no " + value + " in " + file);
  }

  private static JsonNode read(String file) {
    try (InputStream yaml = MappingPage.class.getResourceAsStream("/mapping/" + file + ".yaml")) {
      return new YAMLMapper().readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String cells(String... cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  private static Collector<CharSequence, ?, String> lines() {
    return Collectors.joining("\n", "", "\n");
  }
}
