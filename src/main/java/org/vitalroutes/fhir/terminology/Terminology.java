package org.vitalroutes.fhir.terminology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.CanonicalResource;
import org.hl7.fhir.r5.model.CodeSystem;
import org.hl7.fhir.r5.model.ConceptMap;
import org.hl7.fhir.r5.model.Enumerations.CodeSystemContentMode;
import org.hl7.fhir.r5.model.Enumerations.ConceptMapRelationship;
import org.hl7.fhir.r5.model.Enumerations.PublicationStatus;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.ServerBase;
import org.vitalroutes.fhir.table.FieldTable;
import org.vitalroutes.fhir.table.Loinc;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.fhir.table.MeasureTable.Answers;
import org.vitalroutes.fhir.translate.Naps;
import org.vitalroutes.fhir.translate.Origin;
import org.vitalroutes.withings.Attribution;
import org.vitalroutes.withings.Position;

/**
 * The code systems of Vitalroutes' own codes, the map from them to LOINC and the profiles of what
 * is made, all of the tables that the translators use.
 */
public final class Terminology {
  private static final String PUBLISHER = "Vitalroutes";
  private static final Comparator<String> NUMBERS_FIRST =
      Comparator.comparing((String code) -> code.length() * (code.matches("\\d+") ? 1 : 1000))
          .thenComparing(Comparator.naturalOrder());

  private final Identifiers identifiers;
  private final MeasureTable measures;
  private final List<FieldTable> tables;

  public Terminology(Identifiers identifiers) {
    this.identifiers = identifiers;
    measures = MeasureTable.standard();
    tables = FieldTable.all();
  }

  /** A transaction that writes all of it to a FHIR server. Repeating it changes nothing. */
  public Bundle bundle(ServerBase server) {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (CanonicalResource each : resources()) {
      String url = each.fhirType() + "/" + each.getIdPart();
      bundle
          .addEntry()
          .setFullUrl(server.fullUrl(url))
          .setResource(each)
          .getRequest()
          .setMethod(Bundle.HTTPVerb.PUT)
          .setUrl(url);
    }
    return bundle;
  }

  /** All of it, always in the same order. */
  public List<CanonicalResource> resources() {
    List<CanonicalResource> resources = new ArrayList<>(codeSystems());
    resources.add(conceptMap());
    resources.addAll(new Profiles(identifiers).all());
    return resources;
  }

  /** One for each system of codes that a resource may hold. */
  public List<CodeSystem> codeSystems() {
    SortedMap<String, CodeSystem> systems = new TreeMap<>();
    SortedMap<String, String> types = sorted();
    measures.types().forEach(type -> types.put(type.toString(), measures.required(type).name()));
    add(systems, "measure-type", "Measure types", CodeSystemContentMode.COMPLETE, types);
    measures
        .answersNames()
        .forEach(name -> addAnswers(systems, measures.answers(name), name + " results"));
    for (FieldTable table : tables) {
      add(
          systems,
          table.system(),
          "Fields of " + table.system(),
          CodeSystemContentMode.COMPLETE,
          fields(table));
      if (table.answers() != null) {
        addAnswers(systems, table.answers(), table.answers().name());
      }
    }
    add(
        systems,
        "attrib",
        "How a measure was taken",
        CodeSystemContentMode.COMPLETE,
        attributions());
    add(systems, "position", "Where on the body", CodeSystemContentMode.FRAGMENT, positions());
    add(systems, "origin", "Who counted", CodeSystemContentMode.COMPLETE, of(Origin.EXTERNAL));
    add(systems, Naps.SYSTEM, "Kinds of sleep", CodeSystemContentMode.COMPLETE, of(Naps.NAP));
    return List.copyOf(systems.values());
  }

  /** From our own codes to the LOINC codes that stand beside them. */
  public ConceptMap conceptMap() {
    ConceptMap map = new ConceptMap();
    map.setId(identifiers.id("ConceptMap/loinc"));
    map.setUrl(identifiers.conceptMap("loinc"));
    describe(map, "WithingsToLoinc", "Withings' words in LOINC");
    ConceptMap.ConceptMapGroupComponent types = group(map, "measure-type");
    for (int type : measures.types()) {
      MeasureTable.Entry entry = measures.required(type);
      element(
          types,
          Integer.toString(type),
          entry.name(),
          entry.codings().stream()
              .filter(code -> !code.local())
              .map(code -> Map.entry(code.code(), code.display()))
              .toList());
    }
    for (FieldTable table : tables) {
      ConceptMap.ConceptMapGroupComponent fields = group(map, table.system());
      table
          .fields()
          .forEach(
              (name, field) ->
                  field.codings().stream()
                      .filter(FieldTable.Coded::local)
                      .forEach(
                          own ->
                              element(
                                  fields,
                                  own.code(),
                                  own.display(),
                                  field.codings().stream()
                                      .filter(code -> !code.local())
                                      .map(code -> Map.entry(code.code(), code.display()))
                                      .toList())));
    }
    map.getGroup().removeIf(each -> !each.hasElement());
    return map;
  }

  private ConceptMap.ConceptMapGroupComponent group(ConceptMap map, String system) {
    return map.addGroup().setSource(identifiers.codeSystem(system)).setTarget(Loinc.SYSTEM);
  }

  /** LOINC stands only where it says the same; where there are two codes, neither says it alone. */
  private static void element(
      ConceptMap.ConceptMapGroupComponent group,
      String code,
      String display,
      List<Map.Entry<String, String>> targets) {
    if (targets.isEmpty()) {
      return;
    }
    var element = group.addElement().setCode(code).setDisplay(display);
    for (Map.Entry<String, String> target : targets) {
      element
          .addTarget()
          .setCode(target.getKey())
          .setDisplay(target.getValue())
          .setRelationship(
              targets.size() == 1
                  ? ConceptMapRelationship.EQUIVALENT
                  : ConceptMapRelationship.RELATEDTO);
    }
  }

  private void addAnswers(SortedMap<String, CodeSystem> systems, Answers answers, String title) {
    SortedMap<String, String> concepts = sorted();
    answers.displays().forEach((code, display) -> concepts.put(code.toString(), display));
    add(systems, answers.name(), title, CodeSystemContentMode.FRAGMENT, concepts);
  }

  private void add(
      SortedMap<String, CodeSystem> systems,
      String name,
      String title,
      CodeSystemContentMode content,
      SortedMap<String, String> concepts) {
    CodeSystem system = new CodeSystem();
    system.setId(identifiers.id("CodeSystem/" + name));
    system.setUrl(identifiers.codeSystem(name));
    describe(system, camelCase(name), "Withings: " + title);
    system.setCaseSensitive(true);
    system.setContent(content);
    concepts.forEach((code, display) -> system.addConcept().setCode(code).setDisplay(display));
    systems.put(name, system);
  }

  static void describe(CanonicalResource resource, String name, String title) {
    resource.setStatus(PublicationStatus.ACTIVE);
    resource.setExperimental(false);
    resource.setName(name);
    resource.setTitle(title);
    resource.setPublisher(PUBLISHER);
  }

  private static SortedMap<String, String> fields(FieldTable table) {
    SortedMap<String, String> concepts = sorted();
    Stream.concat(
            table.observations().stream().flatMap(each -> each.codings().stream()),
            table.fields().values().stream().flatMap(each -> each.codings().stream()))
        .filter(FieldTable.Coded::local)
        .forEach(code -> concepts.put(code.code(), code.display()));
    return concepts;
  }

  private static SortedMap<String, String> attributions() {
    SortedMap<String, String> concepts = sorted();
    Arrays.stream(Attribution.values())
        .forEach(each -> concepts.put(Integer.toString(each.code()), each.display()));
    return concepts;
  }

  private static SortedMap<String, String> positions() {
    SortedMap<String, String> concepts = sorted();
    Arrays.stream(Position.values())
        .forEach(each -> concepts.put(Integer.toString(each.code()), each.display()));
    return concepts;
  }

  private static SortedMap<String, String> of(Map.Entry<String, String> concept) {
    SortedMap<String, String> concepts = sorted();
    concepts.put(concept.getKey(), concept.getValue());
    return concepts;
  }

  private static SortedMap<String, String> sorted() {
    return new TreeMap<>(NUMBERS_FIRST);
  }

  static String camelCase(String name) {
    StringBuilder camel = new StringBuilder("Withings");
    for (String word : name.split("-", -1)) {
      camel.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
    }
    return camel.toString();
  }
}
