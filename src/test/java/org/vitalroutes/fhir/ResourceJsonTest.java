package org.vitalroutes.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Quantity;
import org.junit.jupiter.api.Test;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;

class ResourceJsonTest {

  @Test
  void what_another_system_has_put_into_a_resource_is_sent_back_with_it() {
    String read =
        "{\"resourceType\":\"Observation\",\"contained\":[{\"resourceType\":\"Device\",\"id\":\"scale\","
            + "\"displayName\":\"Scale\"}],\"status\":\"final\",\"device\":{\"reference\":\"#scale\"}}";

    assertThat(
            ResourceJson.of(
                FhirContext.forR5Cached().newJsonParser().parseResource(Observation.class, read)))
        .isEqualTo(read);
  }

  @Test
  void a_resource_that_was_read_keeps_its_logical_id() {
    String read = "{\"resourceType\":\"Observation\",\"id\":\"a\",\"status\":\"final\"}";

    for (FhirVersion version : new FhirVersion[] {FhirVersion.R4, FhirVersion.R5}) {
      assertThat(ResourceJson.of(version.context().newJsonParser().parseResource(read)))
          .isEqualTo(read);
    }
  }

  @Property(tries = 500)
  void any_decimal_and_any_text_is_written_as_hapi_writes_it(
      @ForAll BigDecimal number,
      @ForAll @IntRange(min = -20, max = 20) int scale,
      @ForAll String text) {
    Observation observation =
        new Observation()
            .setValue(new Quantity().setValue(number.movePointRight(scale)).setUnit(text));
    observation.getCode().setText(text).addCoding().setDisplay(text);
    observation.setId("a");

    for (FhirVersion version : new FhirVersion[] {FhirVersion.R4, FhirVersion.R5}) {
      IBaseResource sent = WireFormat.inVersion(observation, version);
      assertThat(ResourceJson.of(sent))
          .isEqualTo(version.context().newJsonParser().encodeResourceToString(sent));
    }
  }
}
