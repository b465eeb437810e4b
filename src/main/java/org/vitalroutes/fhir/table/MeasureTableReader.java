package org.vitalroutes.fhir.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.table.MeasureTable.Answers;
import org.vitalroutes.fhir.table.MeasureTable.Code;
import org.vitalroutes.fhir.table.MeasureTable.Entry;
import org.vitalroutes.fhir.table.MeasureTable.Kind;
import org.vitalroutes.fhir.table.MeasureTable.Panel;
import org.vitalroutes.fhir.table.MeasureTable.Plausible;
import org.vitalroutes.fhir.table.MeasureTable.Thermometer;
import org.vitalroutes.fhir.table.MeasureTable.Unit;

/** Checks what the JSON Schema of the measure table cannot say. */
final class MeasureTableReader {
  /** The components that the blood pressure profile requires. */
  private static final List<String> BLOOD_PRESSURE_COMPONENTS = List.of("8480-6", "8462-4");

  private final TableSource source;
  private final SortedMap<Integer, Entry> entries = new TreeMap<>();
  private final SortedMap<String, Panel> panels = new TreeMap<>();
  private final SortedMap<String, Answers> answers = new TreeMap<>();

  private MeasureTableReader(TableSource source) {
    this.source = source;
  }

  /** The file. */
  private record Content(
      @Nullable SortedMap<String, Map<Integer, String>> answers,
      @Nullable List<Panel> panels,
      List<Entry> measures) {}

  static MeasureTable read(String file, String yaml) {
    TableSource source = TableSource.read(file, "measures.schema.json", yaml);
    MeasureTableReader reader = new MeasureTableReader(source);
    reader.check(source.as(Content.class));
    source.refuseProblems();
    return new MeasureTable(reader.entries, reader.panels, reader.answers);
  }

  private void check(Content content) {
    Objects.requireNonNullElse(content.answers(), new TreeMap<String, Map<Integer, String>>())
        .forEach((name, displays) -> answers.put(name, new Answers(name, displays)));
    List<Panel> listed = Objects.requireNonNullElse(content.panels(), List.of());
    for (int i = 0; i < listed.size(); i++) {
      checkPanel("/panels/" + i, listed.get(i));
    }
    for (int i = 0; i < content.measures().size(); i++) {
      checkMeasure("/measures/" + i, content.measures().get(i));
    }
    for (int i = 0; i < content.measures().size(); i++) {
      checkReferences("/measures/" + i, content.measures().get(i));
    }
    for (int i = 0; i < listed.size(); i++) {
      checkComponents("/panels/" + i, listed.get(i));
    }
  }

  private void checkPanel(String place, Panel panel) {
    checkCodings(place, panel.codings(), 0, "");
    checkProfile(place, panel.profile(), panel.category(), panel.codings());
    if (panels.put(panel.name(), panel) != null) {
      source.problem(place, "is listed twice");
    }
  }

  private void checkMeasure(String place, Entry entry) {
    checkCodings(place, entry.codings(), entry.type(), entry.name());
    if (entry.kind() != Kind.COMPONENT) {
      checkProfile(place, entry.profile(), entry.category(), entry.codings());
      checkLocalCoding(place, entry.profile(), entry.codings());
    }
    checkUnit(place, entry.unit(), entry.profile());
    checkPlausible(source, place, entry.plausible());
    if (entries.put(entry.type(), entry) != null) {
      source.problem(place, "is listed twice");
    }
  }

  /** Whether the range begins with the lower number. */
  static void checkPlausible(TableSource source, String place, @Nullable Plausible range) {
    if (range != null && range.low().compareTo(range.high()) >= 0) {
      source.problem(place + "/plausible", "must begin with the lower number");
    }
  }

  private void checkCodings(String place, List<Code> codings, int type, String name) {
    for (int i = 0; i < codings.size(); i++) {
      Code code = codings.get(i);
      String coding = place + "/codings/" + i;
      if (!code.local()) {
        checkLoinc(source, coding, code.code(), "measure-type/" + type);
      } else if (!code.code().equals(String.valueOf(type)) || !code.display().equals(name)) {
        source.problem(
            coding, "a withings coding has the type as its code and the name as its display");
      }
    }
  }

  /** Whether it is a LOINC code, and none that is known to mean something else. */
  static void checkLoinc(TableSource source, String place, String code, String meant) {
    if (!Loinc.hasCheckDigit(code)) {
      source.problem(place, "'" + code + "' is no LOINC code: its check digit is wrong");
    }
    Loinc.misuse(code, meant)
        .ifPresent(meaning -> source.problem(place, "'" + code + "' is " + meaning));
  }

  private void checkProfile(
      String place,
      @Nullable VitalProfile profile,
      @Nullable ObservationCategory category,
      List<Code> codings) {
    if ((profile != null) != (category == ObservationCategory.VITAL_SIGNS)) {
      source.problem(place, "category vital-signs and a profile go together");
    }
    if (profile == null) {
      return;
    }
    if (!codings.get(0).code().equals(profile.loinc())) {
      source.problem(
          place,
          "profile %s requires LOINC %s as the first coding"
              .formatted(profile.id(), profile.loinc()));
    }
    if (codings.stream().anyMatch(Code::local)) {
      source.problem(place, "a profiled vital sign carries LOINC codings only");
    }
  }

  private void checkLocalCoding(String place, @Nullable VitalProfile profile, List<Code> codings) {
    boolean last = codings.get(codings.size() - 1).local();
    if (profile == null && (!last || codings.stream().filter(Code::local).count() != 1)) {
      source.problem(
          place, "without a profile the last coding, and only the last, is the withings one");
    }
  }

  private void checkUnit(String place, @Nullable Unit unit, @Nullable VitalProfile profile) {
    if (profile != null && unit != null && !profile.units().contains(unit.code())) {
      source.problem(
          place + "/unit",
          "'%s' is not allowed by profile %s, which allows %s"
              .formatted(unit.code(), profile.id(), new TreeSet<>(profile.units())));
    }
  }

  private void checkReferences(String place, Entry entry) {
    if (entry.answers() != null && !answers.containsKey(entry.answers())) {
      source.problem(place, "there are no answers '" + entry.answers() + "'");
    }
    if (entry.panel() != null) {
      Panel panel = panels.get(entry.panel());
      if (panel == null) {
        source.problem(place, "there is no panel '" + entry.panel() + "'");
      } else {
        checkUnit(place, entry.unit(), panel.profile());
        if (!panel.components().contains(entry.type())) {
          source.problem(place, "panel " + panel.name() + " does not list it as a component");
        }
      }
    }
    Thermometer thermometer = entry.thermometer();
    if (thermometer != null) {
      Entry other = entries.get(thermometer.standsInFor());
      if (other == null || other.kind() != entry.kind()) {
        source.problem(place, "stands in for a type that the table does not have in its kind");
      }
    }
  }

  private void checkComponents(String place, Panel panel) {
    List<String> loinc = new ArrayList<>();
    for (int type : panel.components()) {
      Entry entry = entries.get(type);
      if (entry == null || !panel.name().equals(entry.panel())) {
        source.problem(place, "type " + type + " is no component of it");
      } else {
        entry.codings().stream().filter(code -> !code.local()).map(Code::code).forEach(loinc::add);
      }
    }
    if (panel.profile() == VitalProfile.BLOOD_PRESSURE
        && !loinc.containsAll(BLOOD_PRESSURE_COMPONENTS)) {
      source.problem(place, "profile bp requires the components " + BLOOD_PRESSURE_COMPONENTS);
    }
  }
}
