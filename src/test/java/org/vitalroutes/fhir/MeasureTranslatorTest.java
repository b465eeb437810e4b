package org.vitalroutes.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vitalroutes.testsupport.MeasureReply.reply;

import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.api.Test;
import org.vitalroutes.testsupport.MeasureReply;

class MeasureTranslatorTest {
  private static final Subject PATIENT = new Subject("Patient/example-patient");

  private final MeasureTranslator translator =
      new MeasureTranslator(
          MeasureTable.standard(), new Identifiers("https://withings-fhir.example"));

  @Test
  void weight_becomes_a_profiled_observation_and_its_device() {
    Translation translation =
        translate(reply().group(5149666502L, group -> group.measure(1, 72350, -3)));
    assertThat(translation.produced())
        .extracting(Produced::key)
        .containsExactly("device-" + MeasureReply.DEVICE, "meas-5149666502-1");
    Observation weight = (Observation) translation.produced().get(1).resource();
    assertThat(weight.getIdPart()).isEqualTo("wth-c13117d607a953e80d6f34bff8396fd4144d3afc");
    assertThat(weight.getValueQuantity().getValue().toString()).isEqualTo("72.350");
    assertThat(weight.getEffectiveDateTimeType().getValueAsString())
        .isEqualTo("2024-01-09T04:08:39+01:00");
    assertThat(weight.getIssuedElement().getValueAsString()).isEqualTo("2024-01-09T03:10:35Z");
    assertThat(translation.skipped()).isEmpty();
  }

  private Translation translate(MeasureReply reply) {
    return translator.translate(reply.page(), PATIENT);
  }
}
