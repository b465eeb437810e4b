package org.vitalroutes.fhir;

import java.util.List;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vitalroutes.fhir.FieldTable.Definition;
import org.vitalroutes.fhir.FieldTable.Field;
import org.vitalroutes.fhir.MeasureTable.Entry;
import org.vitalroutes.fhir.MeasureTable.Kind;

/** What becomes of what, as a page for people: docs/mapping.md, made of the tables themselves. */
final class MappingPage {
  private static final String HEAD =
      """
      # What becomes of what Withings sends

      Made of the tables in `src/main/resources/mapping/`; a test says when it is out of date. `L` is a code of Vitalroutes' own code system, in
      `{FHIR_NAMESPACE}/CodeSystem/`. All other codes are LOINC. Where a code was seen is the `evidence` of its row in the table.
      """;

  private MappingPage() {}

  static String of(MeasureTable measures, List<FieldTable> tables) {
    return Stream.concat(
            Stream.of(HEAD, measures(measures)), tables.stream().map(MappingPage::fields))
        .collect(Collectors.joining("\n"));
  }

  private static String measures(MeasureTable table) {
    return "## measure-type\n\n"
        + "| type | text | codes | unit | profile | category |\n|---|---|---|---|---|---|\n"
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
        category == null ? "" : category.code());
  }

  private static String fields(FieldTable table) {
    return "## "
        + table.system()
        + "\n\n| Observation | field | as | codes | unit |\n|---|---|---|---|---|\n"
        + table.observations().stream()
            .flatMap(
                each ->
                    Stream.concat(
                        each.value().stream().map(name -> row(each, table.field(name), "value")),
                        each.components().stream()
                            .map(name -> row(each, table.field(name), "component"))))
            .collect(lines());
  }

  private static String row(Definition observation, Field field, String as) {
    return cells(
        observation.text(),
        field.name(),
        as,
        field.codings().stream()
            .map(code -> (code.local() ? "L" : code.code()) + " " + code.display())
            .collect(Collectors.joining("<br>")),
        field.unit().code());
  }

  private static String cells(String... cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  private static Collector<CharSequence, ?, String> lines() {
    return Collectors.joining("\n", "", "\n");
  }
}
