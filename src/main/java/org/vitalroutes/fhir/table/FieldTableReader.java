package org.vitalroutes.fhir.table;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.table.FieldTable.Coded;
import org.vitalroutes.fhir.table.FieldTable.Definition;
import org.vitalroutes.fhir.table.FieldTable.Field;
import org.vitalroutes.fhir.table.MeasureTable.Answers;

/** Checks what the JSON Schema of the field tables cannot say. */
final class FieldTableReader {
  private final TableSource source;
  private final TreeMap<String, Field> fields = new TreeMap<>();

  private FieldTableReader(TableSource source) {
    this.source = source;
  }

  /** The file. */
  private record Content(
      String system,
      List<Definition> observations,
      List<Field> fields,
      @Nullable Answers answers) {}

  static FieldTable read(String file, String yaml) {
    TableSource source = TableSource.read(file, "fields.schema.json", yaml);
    Content content = source.as(Content.class);
    FieldTableReader reader = new FieldTableReader(source);
    reader.check(content);
    source.refuseProblems();
    return new FieldTable(
        content.system(),
        List.copyOf(content.observations()),
        Collections.unmodifiableSortedMap(reader.fields),
        content.answers());
  }

  private void check(Content content) {
    for (int i = 0; i < content.fields().size(); i++) {
      checkField("/fields/" + i, content.fields().get(i), content.system());
    }
    Set<String> unused = new TreeSet<>(fields.keySet());
    for (int i = 0; i < content.observations().size(); i++) {
      Definition each = content.observations().get(i);
      checkObservation("/observations/" + i, each, content.system());
      unused.removeAll(each.value());
      unused.removeAll(each.components());
    }
    for (int i = 0; i < content.fields().size(); i++) {
      if (unused.contains(content.fields().get(i).name())) {
        source.problem("/fields/" + i, "no observation uses it");
      }
    }
  }

  private void checkField(String place, Field field, String system) {
    List<Coded> codings = field.codings();
    checkCodings(place, codings, system, field.name());
    if (codings.stream().limit(codings.size() - 1L).anyMatch(Coded::local)) {
      source.problem(place, "only the last coding may be the withings one");
    }
    MeasureTableReader.checkPlausible(source, place, field.plausible());
    if (fields.put(field.name(), field) != null) {
      source.problem(place, "is listed twice");
    }
  }

  private void checkObservation(String place, Definition definition, String system) {
    Stream.of(definition.value(), definition.components(), definition.needs())
        .flatMap(Collection::stream)
        .distinct()
        .filter(field -> !fields.containsKey(field))
        .forEach(field -> source.problem(place, "there is no field '" + field + "'"));
    checkCodings(place, definition.codings(), system, definition.name());
    Set<String> own = new TreeSet<>(definition.codings().stream().map(Coded::code).toList());
    definition.value().forEach(field -> codesOf(field).forEach(own::add));
    for (String component : definition.components()) {
      if (codesOf(component).anyMatch(own::contains)) {
        source.problem(place, "component " + component + " repeats a code of the observation");
      }
    }
  }

  private Stream<String> codesOf(String field) {
    return Stream.ofNullable(fields.get(field))
        .flatMap(each -> each.codings().stream())
        .map(Coded::code);
  }

  private void checkCodings(String place, List<Coded> codings, String system, String name) {
    for (int i = 0; i < codings.size(); i++) {
      Coded code = codings.get(i);
      String coding = place + "/codings/" + i;
      if (!code.local()) {
        MeasureTableReader.checkLoinc(source, coding, code.code(), system + "/" + name);
      } else if (!code.code().equals(name)) {
        source.problem(coding, "a withings coding has the field as its code");
      }
    }
  }
}
