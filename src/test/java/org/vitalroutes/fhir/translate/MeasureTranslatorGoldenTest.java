package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r5.model.Bundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.testsupport.Golden;
import org.vitalroutes.withings.MeasurePage;

/** Bodies of getmeas replies, and beside each the resources it becomes. */
class MeasureTranslatorGoldenTest {
  private static final String FOLDER = "org/vitalroutes/fhir/";

  private final MeasureTranslator translator =
      new MeasureTranslator(
          MeasureTable.standard(), new Identifiers(Identifiers.DEFAULT_NAMESPACE));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "getmeas-body-scan",
        "getmeas-blood-pressure",
        "getmeas-manual-entries",
        "getmeas-temperatures",
        "getmeas-watch",
        "getmeas-odd-shapes"
      })
  void a_reply_becomes_the_resources_beside_it(String name) throws IOException {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.COLLECTION);
    for (Produced produced : translate(name).produced()) {
      FhirValidation.assertValid(produced.resource());
      bundle.addEntry().setResource(produced.resource());
    }
    Golden.assertSame(
        FOLDER + name + ".bundle.json",
        FhirContext.forR5Cached()
                .newJsonParser()
                .setPrettyPrint(true)
                .encodeResourceToString(bundle)
            + "\n");
  }

  @Test
  void what_the_replies_hold_besides_is_counted() throws IOException {
    assertThat(translate("getmeas-body-scan").skipped())
        .containsExactly(
            new Skipped(SkipReason.DUPLICATE, 5, 1), new Skipped(SkipReason.DUPLICATE, 8, 1));
    assertThat(translate("getmeas-blood-pressure").skipped()).isEmpty();
    assertThat(translate("getmeas-manual-entries").skipped())
        .containsExactly(
            new Skipped(SkipReason.OBJECTIVE, null, 1),
            new Skipped(SkipReason.AMBIGUOUS_OWNER, null, 1));
    assertThat(translate("getmeas-temperatures").skipped())
        .containsExactly(
            new Skipped(SkipReason.UNKNOWN_TYPE, 35, 1),
            new Skipped(SkipReason.ROOM_TEMPERATURE, 12, 1));
    assertThat(translate("getmeas-watch").skipped()).isEmpty();
    assertThat(translate("getmeas-odd-shapes").skipped())
        .isEqualTo(
            List.of(
                new Skipped(SkipReason.MALFORMED, null, 3),
                new Skipped(SkipReason.MALFORMED, 6, 1),
                new Skipped(SkipReason.MALFORMED, 8, 1),
                new Skipped(SkipReason.DUPLICATE, 1, 1)));
  }

  private Translation translate(String name) throws IOException {
    try (InputStream reply = getClass().getResourceAsStream("/" + FOLDER + name + ".json")) {
      return translator.translate(
          MeasurePage.of(
              new ObjectMapper()
                  .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                  .readTree(reply)),
          new Subject("Patient/example-patient", "4711"),
          RowsOf.LATER,
          Map.of());
    }
  }
}
