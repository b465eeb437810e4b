package org.vitalroutes.fhir.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.DateTimeType;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.OperationOutcome;
import org.hl7.fhir.r5.model.Period;
import org.hl7.fhir.r5.model.Quantity;
import org.junit.jupiter.api.Test;

class PatientValuesTest {

  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

  @Test
  void a_page_that_another_one_follows_says_its_oldest_moment() {
    Bundle page = new Bundle();
    page.addEntry().setResource(weight("a", NOON, "72.350"));
    page.addEntry()
        .setResource(
            weight("b", NOON, "72.1")
                .setEffective(new Period().setStart(Date.from(NOON.minusSeconds(60)))));
    page.addEntry().setResource(new OperationOutcome());
    assertThat(PatientValues.of(page, null).before()).isNull();

    page.addLink().setRelation(Bundle.LinkRelationTypes.NEXT).setUrl("http://fhir/next");

    PatientValues values = PatientValues.of(page, NOON);
    assertThat(values.before()).isEqualTo(NOON.minusSeconds(60));
    assertThat(values.series().get(0).points())
        .extracting(PatientValues.Point::value)
        .containsExactly(new BigDecimal("72.350"), new BigDecimal("72.1"));
    assertThat(PatientValues.search("p", "http://loinc.org|29463-7", values.before()))
        .endsWith("&patient=p&code=http%3A%2F%2Floinc.org%7C29463-7&date=le2026-11-30T11:59:00Z");
  }

  @Test
  void a_page_of_one_moment_is_followed_by_older_ones() {
    Bundle page = new Bundle();
    page.addEntry().setResource(weight("a", NOON, "72"));
    page.addEntry().setResource(weight("b", NOON, "73"));
    page.addLink().setRelation(Bundle.LinkRelationTypes.NEXT).setUrl("http://fhir/next");

    assertThat(PatientValues.of(page, null).before()).isEqualTo(NOON);
    assertThat(PatientValues.of(page, NOON).before()).isEqualTo(NOON.minusSeconds(1));
  }

  @Test
  void what_was_entered_in_error_is_not_drawn() {
    Bundle page = new Bundle();
    page.addEntry()
        .setResource(weight("a", NOON, "72").setStatus(ObservationStatus.ENTEREDINERROR));

    assertThat(PatientValues.of(page, null))
        .isEqualTo(new PatientValues(List.of(), List.of(), null));
  }

  private static Observation weight(String id, Instant at, String kilograms) {
    Observation weight =
        new Observation()
            .setStatus(ObservationStatus.FINAL)
            .setCode(new CodeableConcept(new Coding("http://loinc.org", "29463-7", "Body weight")))
            .setEffective(new DateTimeType(Date.from(at)))
            .setValue(new Quantity().setValue(new BigDecimal(kilograms)).setUnit("kg"));
    weight.setId(id);
    return weight;
  }
}
