package org.vitalroutes.fhir.terminology;

import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.DataType;
import org.hl7.fhir.r5.model.ElementDefinition;
import org.hl7.fhir.r5.model.ElementDefinition.DiscriminatorType;
import org.hl7.fhir.r5.model.ElementDefinition.SlicingRules;
import org.hl7.fhir.r5.model.Enumerations.FHIRVersion;
import org.hl7.fhir.r5.model.Quantity;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hl7.fhir.r5.model.StructureDefinition.StructureDefinitionKind;
import org.hl7.fhir.r5.model.StructureDefinition.TypeDerivationRule;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.table.FieldTable;
import org.vitalroutes.fhir.table.FieldTable.Coded;
import org.vitalroutes.fhir.table.FieldTable.Definition;
import org.vitalroutes.fhir.table.FieldTable.Field;
import org.vitalroutes.fhir.table.Loinc;
import org.vitalroutes.fhir.table.MeasureTable.Unit;
import org.vitalroutes.fhir.table.ObservationCategory;
import org.vitalroutes.fhir.translate.EcgTranslator;

/**
 * What the Observations of days, workouts, nights, ECGs and body composition look like: profiles
 * made of the tables that the translators use. The Observations do not name them, as a FHIR server
 * that does not have them would complain.
 */
public final class Profiles {
  private static final String UCUM = "http://unitsofmeasure.org";
  private static final String BASE = "http://hl7.org/fhir/StructureDefinition/Observation";

  private final Identifiers identifiers;

  public Profiles(Identifiers identifiers) {
    this.identifiers = identifiers;
  }

  /** All profiles, always in the same order. */
  public List<StructureDefinition> all() {
    List<StructureDefinition> all = new ArrayList<>();
    FieldTable activity = FieldTable.activity();
    activity
        .observations()
        .forEach(each -> all.add(summary("activity-" + each.name(), activity, each)));
    all.add(withinADay());
    addSummaries("workout", FieldTable.workouts(), all);
    addSummaries("night", FieldTable.sleep(), all);
    all.add(ecg());
    all.add(bodyComposition());
    return List.copyOf(all);
  }

  /** The first Observation of a row has the row's name, the others one of their own. */
  private void addSummaries(String row, FieldTable table, List<StructureDefinition> all) {
    List<Definition> definitions = table.observations();
    all.add(summary(row, table, definitions.get(0)));
    definitions.stream()
        .skip(1)
        .forEach(each -> all.add(summary(row + "-" + each.name(), table, each)));
  }

  /** Of a row, over its period. */
  private Profile ofRow(String name, FieldTable table, Definition definition) {
    return profile(
        name,
        definition.text(),
        definition.category(),
        concept(table, always(table, definition)),
        "Period");
  }

  private StructureDefinition summary(String name, FieldTable table, Definition definition) {
    Profile profile = ofRow(name, table, definition);
    if (definition.value().isEmpty()) {
      profile.type("value[x]", "CodeableConcept");
    } else {
      profile
          .type("value[x]", "Quantity")
          .setPattern(quantity(table.field(definition.value().get(0)).unit()));
    }
    profile.sliceComponents();
    for (String component : definition.components()) {
      Field field = table.field(component);
      profile.slice(
          component, concept(table, always(field.codings())), "Quantity", quantity(field.unit()));
    }
    return profile.definition;
  }

  /** Of what happened within a day: a series of each signal. */
  private StructureDefinition withinADay() {
    FieldTable table = FieldTable.intraday();
    Definition definition = table.observations().get(0);
    Profile profile = ofRow("activity-" + definition.name(), table, definition);
    profile.sliceComponents();
    for (String component : definition.components()) {
      List<Coded> codings = always(table.field(component).codings());
      profile.slice(component, concept(table, codings), "SampledData", null);
    }
    return profile.definition;
  }

  private StructureDefinition ecg() {
    Profile profile =
        profile(
            "ecg",
            "Single-lead ECG",
            ObservationCategory.PROCEDURE,
            concept(EcgTranslator.ECG),
            "Period");
    profile.sliceComponents();
    profile.slice("lead-i", concept(EcgTranslator.LEAD_I), "SampledData", null);
    profile.slice(
        "classification",
        new CodeableConcept(
            new Coding()
                .setSystem(identifiers.codeSystem("measure-type"))
                .setCode(Integer.toString(EcgTranslator.AFIB))),
        "CodeableConcept",
        null);
    profile.slice(
        "heart-rate",
        concept(EcgTranslator.HEART_RATE),
        "Quantity",
        quantity(new Unit("/min", "beats/minute")));
    return profile.definition;
  }

  /** Measures of a scale, coded by measure-type. */
  private StructureDefinition bodyComposition() {
    Profile profile =
        profile(
            "body-composition",
            "Body composition",
            ObservationCategory.EXAM,
            new CodeableConcept(new Coding().setSystem(identifiers.codeSystem("measure-type"))),
            "dateTime");
    profile.type("value[x]", "Quantity").setMin(1).setPattern(new Quantity().setSystem(UCUM));
    return profile.definition;
  }

  private Profile profile(
      String name,
      String title,
      ObservationCategory category,
      CodeableConcept code,
      String effective) {
    StructureDefinition definition = new StructureDefinition();
    definition.setId(identifiers.id("StructureDefinition/" + name));
    definition.setUrl(identifiers.profile(name));
    Terminology.describe(definition, Terminology.camelCase(name), "Withings: " + title);
    definition.setFhirVersion(FHIRVersion._5_0_0);
    definition.setKind(StructureDefinitionKind.RESOURCE);
    definition.setAbstract(false);
    definition.setType("Observation");
    definition.setBaseDefinition(BASE);
    definition.setDerivation(TypeDerivationRule.CONSTRAINT);
    Profile profile = new Profile(definition);
    profile.element("identifier").setMin(1);
    profile.element("category").setMin(1).setMax("1").setPattern(concept(category.concept()));
    profile.element("code").setPattern(code);
    profile.element("subject").setMin(1);
    profile.type("effective[x]", effective).setMin(1);
    return profile;
  }

  /** The codes that are there whichever of the values is. */
  private static List<Coded> always(FieldTable table, Definition definition) {
    if (!definition.codings().isEmpty()) {
      return always(definition.codings());
    }
    List<Coded> common = new ArrayList<>(always(table.field(definition.value().get(0)).codings()));
    definition.value().forEach(value -> common.retainAll(table.field(value).codings()));
    return common;
  }

  private static List<Coded> always(List<Coded> codings) {
    return codings.stream().filter(code -> !code.closed()).toList();
  }

  private CodeableConcept concept(FieldTable table, List<Coded> codings) {
    CodeableConcept concept = new CodeableConcept();
    codings.forEach(
        code ->
            concept
                .addCoding()
                .setSystem(code.local() ? identifiers.codeSystem(table.system()) : Loinc.SYSTEM)
                .setCode(code.code()));
    return concept;
  }

  private static CodeableConcept concept(Coding coding) {
    return new CodeableConcept(
        new Coding().setSystem(coding.getSystem()).setCode(coding.getCode()));
  }

  private static CodeableConcept concept(CodeableConcept given) {
    return concept(given.getCodingFirstRep());
  }

  private static Quantity quantity(Unit unit) {
    return new Quantity().setSystem(UCUM).setCode(unit.code());
  }

  /** A profile that is being written: elements in the order of Observation. */
  private static final class Profile {
    private final StructureDefinition definition;

    Profile(StructureDefinition definition) {
      this.definition = definition;
      add("Observation", "Observation");
    }

    ElementDefinition element(String name) {
      return add("Observation." + name, "Observation." + name);
    }

    ElementDefinition type(String name, String type) {
      ElementDefinition element = element(name);
      element.addType().setCode(type);
      return element;
    }

    void sliceComponents() {
      element("component")
          .getSlicing()
          .setRules(SlicingRules.OPEN)
          .addDiscriminator()
          .setType(DiscriminatorType.VALUE)
          .setPath("code");
    }

    void slice(String name, CodeableConcept code, String type, @Nullable DataType pattern) {
      String id = "Observation.component:" + name;
      add(id, "Observation.component").setSliceName(name).setMin(0).setMax("1");
      add(id + ".code", "Observation.component.code").setPattern(code);
      ElementDefinition value = add(id + ".value[x]", "Observation.component.value[x]").setMin(1);
      value.addType().setCode(type);
      if (pattern != null) {
        value.setPattern(pattern);
      }
    }

    private ElementDefinition add(String id, String path) {
      ElementDefinition element = new ElementDefinition();
      element.setId(id);
      element.setPath(path);
      definition.getDifferential().addElement(element);
      return element;
    }
  }
}
