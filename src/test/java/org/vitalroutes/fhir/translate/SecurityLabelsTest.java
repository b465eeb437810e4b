package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vitalroutes.fhir.translate.RowsOf.resource;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.api.Test;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.withings.MeasurePage;

class SecurityLabelsTest {

  @Test
  void a_reading_of_a_device_is_device_asserted() {
    assertThat(labels("getmeas-watch.json", true)).containsOnly("DEVAST");
  }

  @Test
  void a_value_that_the_user_entered_is_patient_asserted() {
    assertThat(labels("getmeas-manual-entries.json", true)).contains("PATAST");
  }

  @Test
  void without_the_setting_there_is_no_label() {
    assertThat(labels("getmeas-watch.json", false)).containsOnly("none");
  }

  @Test
  void labelling_twice_is_labelling_once() {
    SecurityLabels labels = new SecurityLabels(true);
    Translation translation = labels.label(labels.label(translation("getmeas-watch.json")));

    assertThat(translation.produced())
        .filteredOn(each -> each.resource() instanceof Observation)
        .allMatch(each -> each.resource().getMeta().getSecurity().size() == 1);
  }

  private static List<String> labels(String reply, boolean wanted) {
    Translation translation = new SecurityLabels(wanted).label(translation(reply));
    translation.produced().forEach(each -> FhirValidation.assertValid(each.resource()));
    return translation.produced().stream()
        .map(each -> each.resource())
        .filter(Observation.class::isInstance)
        .map(
            each ->
                each.getMeta().hasSecurity()
                    ? each.getMeta().getSecurityFirstRep().getCode()
                    : "none")
        .toList();
  }

  private static Translation translation(String reply) {
    return new MeasureTranslator(
            MeasureTable.standard(), new Identifiers(Identifiers.DEFAULT_NAMESPACE))
        .translate(
            MeasurePage.of(resource(reply)),
            new Subject("Patient/example-patient", "4711"),
            Instant.parse("2027-01-01T00:00:00Z"),
            Map.of());
  }
}
