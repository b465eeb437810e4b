package org.vitalroutes.fhir.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.table.FieldTable.Coded;
import org.vitalroutes.fhir.table.FieldTable.Conversion;
import org.vitalroutes.fhir.table.FieldTable.Definition;
import org.vitalroutes.fhir.table.FieldTable.Field;
import org.vitalroutes.fhir.table.MeasureTable.Answers;
import org.vitalroutes.fhir.table.MeasureTable.Plausible;
import org.vitalroutes.fhir.table.MeasureTable.Unit;

/** Reads a field table and gathers everything that is wrong with it before saying so. */
final class FieldTableReader {
  private static final Set<String> TOP = Set.of("system", "observations", "fields", "answers");
  private static final Set<String> OBSERVATION =
      Set.of("name", "text", "category", "codings", "value", "components", "needs", "evidence");
  private static final Set<String> FIELD =
      Set.of("field", "codings", "unit", "convert", "zero-is-absent", "plausible", "evidence");

  private final List<String> problems = new ArrayList<>();
  private final List<Definition> observations = new ArrayList<>();
  private final TreeMap<String, Field> fields = new TreeMap<>();
  private String system = "";

  private FieldTableReader() {}

  static FieldTable read(String yaml) {
    JsonNode root = TableYaml.parse(yaml);
    FieldTableReader reader = new FieldTableReader();
    FieldTable table = reader.readAll(root);
    if (!reader.problems.isEmpty()) {
      throw new MeasureTableException(reader.problems);
    }
    return table;
  }

  private FieldTable readAll(JsonNode root) {
    allow("table", root, TOP);
    system = text("table", root, "system");
    for (JsonNode node : root.path("fields")) {
      readField(node);
    }
    for (JsonNode node : root.path("observations")) {
      readObservation(node);
    }
    if (observations.isEmpty()) {
      problems.add("table: has no observations");
    }
    Set<String> unused = new TreeSet<>(fields.keySet());
    for (Definition each : observations) {
      unused.removeAll(each.value());
      unused.removeAll(each.components());
    }
    unused.forEach(field -> problems.add("field " + field + ": no observation uses it"));
    return new FieldTable(
        system,
        List.copyOf(observations),
        Collections.unmodifiableSortedMap(fields),
        answers(root.path("answers")));
  }

  private static @Nullable Answers answers(JsonNode node) {
    if (node.isMissingNode()) {
      return null;
    }
    TreeMap<Integer, String> displays = new TreeMap<>();
    node.path("displays")
        .properties()
        .forEach(each -> displays.put(Integer.valueOf(each.getKey()), each.getValue().asText()));
    return new Answers(node.path("name").asText(), displays);
  }

  private void readField(JsonNode node) {
    String name = node.path("field").asText("?");
    String where = "field " + name;
    allow(where, node, FIELD);
    text(where, node, "evidence");
    JsonNode unit = node.path("unit");
    allow(where + ": unit", unit, Set.of("code", "printed"));
    List<Coded> codings = codings(where, node, name);
    if (codings.stream().filter(Coded::local).count() > 1
        || codings.stream().limit(Math.max(0, codings.size() - 1)).anyMatch(Coded::local)) {
      problems.add(where + ": only the last coding may be the withings one");
    }
    Field field =
        new Field(
            name,
            codings,
            new Unit(text(where + ": unit", unit, "code"), text(where + ": unit", unit, "printed")),
            conversion(where, node),
            node.path("zero-is-absent").asBoolean(false),
            plausible(where, node.path("plausible")));
    if (fields.put(name, field) != null) {
      problems.add(where + ": is listed twice");
    }
  }

  private void readObservation(JsonNode node) {
    String name = node.path("name").asText("?");
    String where = "observation " + name;
    allow(where, node, OBSERVATION);
    if (!name.matches("[a-z][a-z0-9-]*")) {
      problems.add(
          where + ": name must be lower-case letters, digits and hyphens, as it is part of keys");
    }
    List<String> value = known(where, node, "value");
    List<String> components = known(where, node, "components");
    List<String> needs = known(where, node, "needs");
    if (value.isEmpty() && components.isEmpty()) {
      problems.add(where + ": has neither a value nor components");
    }
    List<Coded> codings =
        node.has("codings") || value.isEmpty() ? codings(where, node, name) : List.of();
    Set<String> own = new TreeSet<>(codings.stream().map(Coded::code).toList());
    for (String field : value) {
      codesOf(field).forEach(own::add);
    }
    for (String component : components) {
      if (codesOf(component).anyMatch(own::contains)) {
        problems.add(where + ": component " + component + " repeats a code of the observation");
      }
    }
    ObservationCategory category =
        ObservationCategory.of(text(where, node, "category")).orElse(null);
    if (category == null || category == ObservationCategory.VITAL_SIGNS) {
      problems.add(where + ": category must be one that is for no vital sign: it has a period");
      category = ObservationCategory.ACTIVITY;
    }
    Set<String> needed = new LinkedHashSet<>(needs);
    if (needed.isEmpty()) {
      needed.addAll(value);
      needed.addAll(components);
    }
    observations.add(
        new Definition(
            name,
            text(where, node, "text"),
            category,
            codings,
            value,
            components,
            Collections.unmodifiableSet(needed)));
  }

  private Stream<String> codesOf(String field) {
    return Stream.ofNullable(fields.get(field))
        .flatMap(each -> each.codings().stream())
        .map(Coded::code);
  }

  private List<String> known(String where, JsonNode node, String list) {
    List<String> names = new ArrayList<>();
    for (JsonNode name : node.path(list)) {
      if (fields.containsKey(name.asText())) {
        names.add(name.asText());
      } else {
        problems.add(where + ": there is no field '" + name.asText() + "'");
      }
    }
    return List.copyOf(names);
  }

  private List<Coded> codings(String where, JsonNode node, String name) {
    List<Coded> codings = new ArrayList<>();
    for (JsonNode each : node.path("codings")) {
      String at = where + ": coding";
      allow(at, each, Set.of("system", "code", "display", "closed"));
      String of = text(at, each, "system");
      String code = text(at, each, "code");
      boolean local = of.equals("withings");
      if (!local && !of.equals("loinc")) {
        problems.add(at + ": unknown system '" + of + "': loinc or withings");
      } else if (local && !code.equals(name)) {
        problems.add(at + ": a withings coding has the field as its code");
      } else if (!local) {
        if (!Loinc.hasCheckDigit(code)) {
          problems.add(at + ": '" + code + "' is no LOINC code: its check digit is wrong");
        }
        Loinc.misuse(code, system + "/" + name)
            .ifPresent(meaning -> problems.add(at + ": '" + code + "' is " + meaning));
      }
      codings.add(
          new Coded(local, code, text(at, each, "display"), each.path("closed").asBoolean(false)));
    }
    if (codings.isEmpty()) {
      problems.add(where + ": has no codings");
    }
    return List.copyOf(codings);
  }

  private Conversion conversion(String where, JsonNode node) {
    String text = node.path("convert").asText("none");
    return switch (text) {
      case "none" -> Conversion.NONE;
      case "seconds-to-minutes" -> Conversion.MINUTES;
      case "ratio-to-percent" -> Conversion.PERCENT;
      default -> {
        problems.add(where + ": unknown conversion '" + text + "'");
        yield Conversion.NONE;
      }
    };
  }

  private @Nullable Plausible plausible(String where, JsonNode range) {
    if (range.isMissingNode()) {
      return null;
    }
    if (range.size() != 2 || !range.path(0).isNumber() || !range.path(1).isNumber()) {
      problems.add(where + ": plausible must be two numbers, [lowest, highest]");
      return null;
    }
    return new Plausible(range.path(0).decimalValue(), range.path(1).decimalValue());
  }

  private String text(String where, JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual() || value.textValue().isBlank()) {
      problems.add(where + ": has no " + field);
      return "";
    }
    return value.textValue();
  }

  private void allow(String where, JsonNode node, Set<String> allowed) {
    node.fieldNames()
        .forEachRemaining(
            field -> {
              if (!allowed.contains(field)) {
                problems.add(where + ": unknown field '" + field + "'");
              }
            });
  }
}
