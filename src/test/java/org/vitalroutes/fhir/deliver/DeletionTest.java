package org.vitalroutes.fhir.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vitalroutes.testsupport.MeasureReply.reply;

import java.time.Instant;
import java.util.Map;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.api.Test;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.ResourceJson;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.fhir.translate.MeasureTranslator;
import org.vitalroutes.fhir.translate.Subject;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.testsupport.FhirValidation;

class DeletionTest {
  private final Observation current =
      (Observation)
          new MeasureTranslator(
                  MeasureTable.standard(), new Identifiers(Identifiers.DEFAULT_NAMESPACE))
              .translate(
                  reply().group(1, group -> group.measure(1, 70, 0)).page(),
                  new Subject("Patient/1", "4711"),
                  Instant.parse("2026-01-01T00:00:00Z"),
                  Map.of())
              .produced()
              .get(1)
              .resource();

  @Test
  void only_the_status_changes() {
    Observation inError = (Observation) Deletion.enteredInError(current);
    FhirValidation.assertValid(inError);
    assertThat(FhirValidation.encode(inError))
        .isEqualTo(
            FhirValidation.encode(current)
                .replace("\"status\":\"final\"", "\"status\":\"entered-in-error\""));
  }

  @Test
  void what_is_at_hand_stays_as_it_is() {
    String before = FhirValidation.encode(current);
    Deletion.enteredInError(current);
    assertThat(FhirValidation.encode(current)).isEqualTo(before);
  }

  @Test
  void what_was_read_in_r4_stays_in_r4_and_keeps_what_only_r4_has() {
    String read =
        "{\"resourceType\":\"Observation\",\"id\":\"x\",\"status\":\"final\",\"code\":{\"text\":\"ECG\"},"
            + "\"component\":[{\"code\":{\"text\":\"Lead I\"},\"valueSampledData\":{\"origin\":{\"value\":0},"
            + "\"period\":3.333333,\"dimensions\":1,\"data\":\"1 -2 E 300\"}}]}";

    IBaseResource inError =
        Deletion.enteredInError(FhirVersion.R4.context().newJsonParser().parseResource(read));

    assertThat(ResourceJson.of(inError)).isEqualTo(read.replace("final", "entered-in-error"));
  }
}
