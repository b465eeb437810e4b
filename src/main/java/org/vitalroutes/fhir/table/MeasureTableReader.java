package org.vitalroutes.fhir.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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

/** Reads the measure table and gathers everything that is wrong with it before saying so. */
final class MeasureTableReader {
  private static final Set<String> TOP_FIELDS = Set.of("answers", "panels", "measures");
  private static final Set<String> PANEL_FIELDS =
      Set.of("name", "text", "codings", "profile", "category", "components", "evidence");
  private static final Set<String> MEASURE_FIELDS =
      Set.of(
          "type",
          "name",
          "text",
          "codings",
          "kind",
          "unit",
          "shift",
          "profile",
          "category",
          "answers",
          "panel",
          "segmental",
          "plausible",
          "thermometer",
          "evidence");
  private static final int MAX_SHIFT = 6;

  /** The components that the blood pressure profile asks for. */
  private static final List<String> BLOOD_PRESSURE_COMPONENTS = List.of("8480-6", "8462-4");

  private final List<String> problems = new ArrayList<>();
  private final TreeMap<Integer, Entry> entries = new TreeMap<>();
  private final TreeMap<String, Panel> panels = new TreeMap<>();
  private final TreeMap<String, Answers> answers = new TreeMap<>();

  private MeasureTableReader() {}

  static MeasureTable read(String yaml) {
    JsonNode root = TableYaml.parse(yaml);
    MeasureTableReader reader = new MeasureTableReader();
    reader.readAll(root);
    if (!reader.problems.isEmpty()) {
      throw new MeasureTableException(reader.problems);
    }
    return new MeasureTable(reader.entries, reader.panels, reader.answers);
  }

  private void readAll(JsonNode root) {
    Row top = new Row("table", root);
    top.allow(TOP_FIELDS);
    root.path("answers").fields().forEachRemaining(e -> readAnswers(e.getKey(), e.getValue()));
    for (JsonNode panel : root.path("panels")) {
      readPanel(panel);
    }
    if (root.path("measures").isEmpty()) {
      top.problem("has no measures");
    }
    int position = 0;
    for (JsonNode measure : root.path("measures")) {
      readMeasure(measure, ++position);
    }
    entries.values().forEach(this::checkReferences);
    panels.values().forEach(this::checkComponents);
  }

  private void readAnswers(String name, JsonNode node) {
    Row row = new Row("answers " + name, node);
    TreeMap<Integer, String> displays = new TreeMap<>();
    Iterator<Map.Entry<String, JsonNode>> fields = node.fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      if (!field.getKey().matches("\\d{1,6}")) {
        row.problem("'" + field.getKey() + "' is no whole number");
      } else if (!field.getValue().isTextual() || field.getValue().textValue().isBlank()) {
        row.problem(field.getKey() + " has no display");
      } else {
        displays.put(Integer.valueOf(field.getKey()), field.getValue().textValue());
      }
    }
    if (displays.isEmpty()) {
      row.problem("lists nothing");
    }
    answers.put(name, new Answers(name, Map.copyOf(displays)));
  }

  private void readPanel(JsonNode node) {
    String name = node.path("name").asText("?");
    Row row = new Row("panel " + name, node);
    row.allow(PANEL_FIELDS);
    row.text("name");
    if (!name.matches("[a-z][a-z0-9-]*")) {
      row.problem("name must be lower-case letters, digits and hyphens, as it is part of keys");
    }
    String text = row.text("text");
    row.text("evidence");
    VitalProfile profile = profile(row);
    ObservationCategory category = category(row);
    List<Code> codings = codings(row, 0, "");
    checkProfile(row, profile, category, codings);
    List<Integer> components = new ArrayList<>();
    for (JsonNode component : node.path("components")) {
      if (component.isInt()) {
        components.add(component.intValue());
      } else {
        row.problem("components must be measure types");
      }
    }
    if (components.isEmpty()) {
      row.problem("has no components");
    }
    Panel panel =
        new Panel(
            name,
            text,
            codings,
            profile,
            category == null ? ObservationCategory.EXAM : category,
            List.copyOf(components));
    if (panels.put(name, panel) != null) {
      row.problem("is listed twice");
    }
  }

  private void readMeasure(JsonNode node, int position) {
    if (!node.path("type").isInt()) {
      problems.add("measure number " + position + " of the list: has no type");
      return;
    }
    int type = node.path("type").intValue();
    Row row = new Row("type " + type, node);
    row.allow(MEASURE_FIELDS);
    String name = row.text("name");
    String text = row.text("text");
    row.text("evidence");
    Kind kind = kind(row);
    VitalProfile profile = profile(row);
    ObservationCategory category = kind == Kind.COMPONENT ? null : category(row);
    List<Code> codings = codings(row, type, name);
    if (kind == Kind.COMPONENT) {
      row.refuse("profile", "a component takes it from its panel");
      row.refuse("category", "a component takes it from its panel");
      row.refuse("segmental", "a component takes its place from its panel");
    } else {
      checkProfile(row, profile, category, codings);
      checkLocalCoding(row, profile, codings);
    }
    Unit unit = unit(row, kind);
    if (profile != null && unit != null && !profile.units().contains(unit.code())) {
      row.problem(
          "unit '"
              + unit.code()
              + "' is not allowed by profile "
              + profile.id()
              + ", which allows "
              + new TreeSet<>(profile.units()));
    }
    if (kind != Kind.CODE) {
      row.refuse("answers", "only a kind 'code' has answers");
    }
    if (kind != Kind.COMPONENT) {
      row.refuse("panel", "only a kind 'component' has a panel");
    }
    Entry entry =
        new Entry(
            type,
            name,
            text,
            codings,
            kind,
            unit,
            shift(row),
            profile,
            category,
            kind == Kind.CODE ? row.text("answers") : null,
            kind == Kind.COMPONENT ? row.text("panel") : null,
            row.flag("segmental"),
            plausible(row),
            thermometer(row));
    if (entries.put(type, entry) != null) {
      row.problem("is listed twice");
    }
  }

  private static Kind kind(Row row) {
    String kind = row.text("kind");
    return switch (kind) {
      case "quantity" -> Kind.QUANTITY;
      case "code" -> Kind.CODE;
      case "component" -> Kind.COMPONENT;
      default -> {
        if (!kind.isEmpty()) {
          row.problem("unknown kind '" + kind + "': quantity, code or component");
        }
        yield Kind.QUANTITY;
      }
    };
  }

  private static @Nullable VitalProfile profile(Row row) {
    if (!row.node.has("profile")) {
      return null;
    }
    String id = row.text("profile");
    VitalProfile profile = VitalProfile.of(id).orElse(null);
    if (profile == null && !id.isEmpty()) {
      row.problem("unknown profile '" + id + "'");
    }
    return profile;
  }

  private static @Nullable ObservationCategory category(Row row) {
    String code = row.text("category");
    ObservationCategory category = ObservationCategory.of(code).orElse(null);
    if (category == null && !code.isEmpty()) {
      row.problem("unknown category '" + code + "'");
    }
    return category;
  }

  private static List<Code> codings(Row row, int type, String name) {
    List<Code> codings = new ArrayList<>();
    for (JsonNode node : row.node.path("codings")) {
      Row coding = row.child("coding", node);
      coding.allow(Set.of("system", "code", "display"));
      String system = coding.text("system");
      String code = coding.text("code");
      String display = coding.text("display");
      boolean local = system.equals("withings");
      if (!local && !system.equals("loinc")) {
        coding.problem("unknown system '" + system + "': loinc or withings");
      } else if (local) {
        if (!code.equals(String.valueOf(type)) || !display.equals(name)) {
          coding.problem("a withings coding has the type as its code and the name as its display");
        }
      } else {
        if (!code.isEmpty() && !Loinc.hasCheckDigit(code)) {
          coding.problem("'" + code + "' is no LOINC code: its check digit is wrong");
        }
        Loinc.misuse(code, type)
            .ifPresent(meaning -> coding.problem("'" + code + "' is " + meaning));
      }
      codings.add(new Code(local, code, display));
    }
    if (codings.isEmpty()) {
      row.problem("has no codings");
    }
    return List.copyOf(codings);
  }

  private static void checkProfile(
      Row row,
      @Nullable VitalProfile profile,
      @Nullable ObservationCategory category,
      List<Code> codings) {
    if (category != null && (profile != null) != (category == ObservationCategory.VITAL_SIGNS)) {
      row.problem("category vital-signs and a profile go together");
    }
    if (profile == null) {
      return;
    }
    if (codings.isEmpty() || !codings.get(0).code().equals(profile.loinc())) {
      row.problem(
          "profile "
              + profile.id()
              + " asks for LOINC "
              + profile.loinc()
              + " as the first coding");
    }
    if (codings.stream().anyMatch(Code::local)) {
      row.problem("a profiled vital sign carries LOINC codings only");
    }
  }

  private static void checkLocalCoding(
      Row row, @Nullable VitalProfile profile, List<Code> codings) {
    if (profile != null || codings.isEmpty()) {
      return;
    }
    boolean last = codings.get(codings.size() - 1).local();
    if (!last || codings.stream().filter(Code::local).count() != 1) {
      row.problem("without a profile the last coding, and only the last, is the withings one");
    }
  }

  private static @Nullable Unit unit(Row row, Kind kind) {
    if (kind == Kind.CODE) {
      row.refuse("unit", "a coded value has no unit");
      return null;
    }
    Row unit = row.child("unit", row.node.path("unit"));
    unit.allow(Set.of("code", "printed"));
    return new Unit(unit.text("code"), unit.text("printed"));
  }

  private static int shift(Row row) {
    JsonNode shift = row.node.path("shift");
    if (shift.isMissingNode()) {
      return 0;
    }
    if (!shift.isInt() || Math.abs(shift.intValue()) > MAX_SHIFT) {
      row.problem("shift must be a whole number from -" + MAX_SHIFT + " to " + MAX_SHIFT);
      return 0;
    }
    return shift.intValue();
  }

  private static @Nullable Plausible plausible(Row row) {
    JsonNode range = row.node.path("plausible");
    if (range.isMissingNode()) {
      return null;
    }
    if (range.size() != 2 || !range.path(0).isNumber() || !range.path(1).isNumber()) {
      row.problem("plausible must be two numbers, [lowest, highest]");
      return null;
    }
    BigDecimal low = range.path(0).decimalValue();
    BigDecimal high = range.path(1).decimalValue();
    if (low.compareTo(high) >= 0) {
      row.problem("plausible must begin with the lower number");
    }
    return new Plausible(low, high);
  }

  private static @Nullable Thermometer thermometer(Row row) {
    JsonNode node = row.node.path("thermometer");
    if (node.isMissingNode()) {
      return null;
    }
    Row thermometer = row.child("thermometer", node);
    thermometer.allow(Set.of("models", "stands-in-for"));
    TreeSet<Integer> models = new TreeSet<>();
    for (JsonNode model : node.path("models")) {
      models.add(model.asInt());
    }
    if (models.isEmpty()) {
      thermometer.problem("lists no models");
    }
    if (!node.path("stands-in-for").isInt()) {
      thermometer.problem("stands-in-for must be a measure type");
    }
    return new Thermometer(Set.copyOf(models), node.path("stands-in-for").asInt());
  }

  private void checkReferences(Entry entry) {
    String where = "type " + entry.type();
    if (entry.answers() != null && !entry.answers().isEmpty()) {
      if (!answers.containsKey(entry.answers())) {
        problems.add(where + ": there are no answers '" + entry.answers() + "'");
      }
    }
    if (entry.panel() != null && !entry.panel().isEmpty()) {
      Panel panel = panels.get(entry.panel());
      if (panel == null) {
        problems.add(where + ": there is no panel '" + entry.panel() + "'");
      } else if (!panel.components().contains(entry.type())) {
        problems.add(where + ": panel " + panel.name() + " does not list it as a component");
      }
    }
    Thermometer thermometer = entry.thermometer();
    if (thermometer != null) {
      Entry other = entries.get(thermometer.standsInFor());
      if (other == null || other.kind() != entry.kind()) {
        problems.add(where + ": stands in for a type that the table does not have in its kind");
      }
    }
  }

  private void checkComponents(Panel panel) {
    String where = "panel " + panel.name();
    List<String> loinc = new ArrayList<>();
    for (int type : panel.components()) {
      Entry entry = entries.get(type);
      if (entry == null || !panel.name().equals(entry.panel())) {
        problems.add(where + ": type " + type + " is no component of it");
        continue;
      }
      entry.codings().stream().filter(code -> !code.local()).map(Code::code).forEach(loinc::add);
      Unit unit = entry.unit();
      VitalProfile profile = panel.profile();
      if (profile != null && unit != null && !profile.units().contains(unit.code())) {
        problems.add(
            "type "
                + type
                + ": unit '"
                + unit.code()
                + "' is not allowed by profile "
                + profile.id());
      }
    }
    if (panel.profile() == VitalProfile.BLOOD_PRESSURE
        && !loinc.containsAll(BLOOD_PRESSURE_COMPONENTS)) {
      problems.add(where + ": profile bp asks for the components " + BLOOD_PRESSURE_COMPONENTS);
    }
  }

  /** A part of the table with the name that its problems begin with. */
  private final class Row {
    private final String where;
    private final JsonNode node;

    Row(String where, JsonNode node) {
      this.where = where;
      this.node = node;
    }

    Row child(String name, JsonNode child) {
      return new Row(where + ": " + name, child);
    }

    void problem(String text) {
      problems.add(where + ": " + text);
    }

    /** The text of a field that must be there; empty, and noted, when it is not. */
    String text(String field) {
      JsonNode value = node.path(field);
      if (!value.isTextual() || value.textValue().isBlank()) {
        problem("has no " + field + (value.isNumber() || value.isBoolean() ? " (quote it)" : ""));
        return "";
      }
      return value.textValue();
    }

    boolean flag(String field) {
      JsonNode value = node.path(field);
      if (!value.isMissingNode() && !value.isBoolean()) {
        problem(field + " must be true or false");
      }
      return value.asBoolean(false);
    }

    void refuse(String field, String why) {
      if (node.has(field)) {
        problem("must have no " + field + ": " + why);
      }
    }

    void allow(Set<String> fields) {
      node.fieldNames()
          .forEachRemaining(
              field -> {
                if (!fields.contains(field)) {
                  problem("unknown field '" + field.toLowerCase(Locale.ROOT) + "'");
                }
              });
    }
  }
}
