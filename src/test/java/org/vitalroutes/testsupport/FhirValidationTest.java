package org.vitalroutes.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.DateTimeType;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Period;
import org.hl7.fhir.r5.model.Quantity;
import org.hl7.fhir.r5.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Shows that the validator refuses the mistakes that the tests rely on it to find. */
class FhirValidationTest {

  @Test
  void ordinary_vital_signs_are_valid() {
    FhirValidation.assertValid(weight());
    FhirValidation.assertValid(bloodPressure());
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        weight("in milligrams", w -> w.getValueQuantity().setCode("mg"), "Body Weight Units"),
        weight("in Kg", w -> w.getValueQuantity().setCode("Kg"), "unit 'Kg' is unknown"),
        weight(
            "without a printed unit", w -> w.getValueQuantity().setUnit(null), "minimum required"),
        weight("without a subject", w -> w.setSubject(null), "Observation.subject: minimum"),
        weight("without a time", w -> w.setEffective(null), "Observation.effective[x]: minimum"),
        weight("at a year", w -> w.setEffective(new DateTimeType("2024")), "vs-1"),
        weight("over a period", w -> w.setEffective(period()), "vs-1"),
        weight("without a value", w -> w.setValue(null), "vs-2"),
        weight("without a category", w -> w.setCategory(null), "Observation.category: minimum"),
        weight("of category exam", w -> category(w, "exam"), "VSCat"),
        weight("without a status", w -> w.setStatus(null), "Observation.status: minimum"),
        weight("with another weight's code", w -> code(w, "3141-9"), "29463-7 required"),
        other("height in metres", "bodyheight", "8302-2", "m", "Body Length Units"),
        other("temperature in C", "bodytemp", "8310-5", "C", "Body Temperature Units"),
        other("heart rate in bpm", "heartrate", "8867-4", "bpm", "fixed to '/min'"),
        other("SpO2 by its second code", "oxygensat", "59408-5", "%", "2708-6 required"),
        Arguments.of(
            "blood pressure without diastolic",
            changed(bloodPressure(), bp -> bp.getComponent().remove(1)),
            "DiastolicBP"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void wrong_vital_signs_are_refused(String name, Observation observation, String message) {
    assertThat(FhirValidation.errors(observation)).anySatisfy(e -> assertThat(e).contains(message));
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> FhirValidation.assertValid(observation))
        .withMessageContaining(message);
  }

  @Test
  void a_time_without_a_zone_is_refused() {
    String json = FhirValidation.encode(weight()).replace("08:39+01:00", "08:39");
    assertThat(FhirValidation.errors(json))
        .anySatisfy(e -> assertThat(e).contains("must have a timezone"));
  }

  @Test
  void a_unit_that_ucum_does_not_know_is_refused_without_a_profile_too() {
    Observation steps = changed(weight(), w -> w.getMeta().getProfile().clear());
    steps.getValueQuantity().setCode("steps");
    assertThat(FhirValidation.errors(steps))
        .anySatisfy(e -> assertThat(e).contains("unit 'steps' is unknown"));
  }

  @Test
  void a_property_of_another_fhir_version_is_refused() {
    assertThat(
            FhirValidation.errors(
                """
                {"resourceType": "Device", "deviceName": [{"name": "x", "type": "user-friendly-name"}]}
                """))
        .anySatisfy(e -> assertThat(e).contains("Unrecognized property 'deviceName'"));
  }

  private static Arguments weight(String name, Consumer<Observation> change, String message) {
    return Arguments.of("weight " + name, changed(weight(), change), message);
  }

  private static Arguments other(
      String name, String profile, String loinc, String unit, String message) {
    Observation observation = weight();
    observation.getMeta().getProfile().clear();
    observation.getMeta().addProfile("http://hl7.org/fhir/StructureDefinition/" + profile);
    code(observation, loinc);
    observation.setValue(quantity(unit));
    return Arguments.of(name, observation, message);
  }

  private static Observation changed(Observation observation, Consumer<Observation> change) {
    change.accept(observation);
    return observation;
  }

  private static Observation weight() {
    Observation observation = vitalSign("bodyweight", "29463-7");
    observation.setValue(quantity("kg"));
    return observation;
  }

  private static Observation bloodPressure() {
    Observation observation = vitalSign("bp", "85354-9");
    for (String loinc : new String[] {"8480-6", "8462-4"}) {
      observation.addComponent().setCode(loinc(loinc)).setValue(quantity("mm[Hg]"));
    }
    return observation;
  }

  private static Observation vitalSign(String profile, String loinc) {
    Observation observation = new Observation();
    observation.getMeta().addProfile("http://hl7.org/fhir/StructureDefinition/" + profile);
    observation.setStatus(ObservationStatus.FINAL).setSubject(new Reference("Patient/p"));
    observation.setEffective(new DateTimeType("2024-01-09T04:08:39+01:00"));
    category(observation, "vital-signs");
    code(observation, loinc);
    return observation;
  }

  private static void category(Observation observation, String code) {
    observation.setCategory(null);
    observation.addCategory(
        new CodeableConcept(
            new Coding("http://terminology.hl7.org/CodeSystem/observation-category", code, null)));
  }

  private static void code(Observation observation, String loinc) {
    observation.setCode(loinc(loinc));
  }

  private static CodeableConcept loinc(String code) {
    return new CodeableConcept(new Coding("http://loinc.org", code, null));
  }

  private static Quantity quantity(String unit) {
    return new Quantity()
        .setValue(new BigDecimal("72.35"))
        .setUnit(unit)
        .setSystem("http://unitsofmeasure.org")
        .setCode(unit);
  }

  private static Period period() {
    return new Period()
        .setStartElement(new DateTimeType("2024-01-09T04:08:39+01:00"))
        .setEndElement(new DateTimeType("2024-01-09T05:08:39+01:00"));
  }
}
