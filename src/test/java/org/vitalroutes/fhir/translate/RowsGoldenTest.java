package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r5.model.Bundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.vitalroutes.fhir.ContentHash;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.testsupport.Golden;

/** Replies with days, workouts, nights and ECGs, each with its expected resources. */
class RowsGoldenTest {

  static final List<String> REPLIES =
      List.of(
          "getactivity-days",
          "getintradayactivity",
          "getworkouts",
          "sleep-getsummary",
          "sleep-get",
          "heart-list");

  @ParameterizedTest
  @FieldSource("REPLIES")
  void a_reply_becomes_the_resources_beside_it(String name) {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.COLLECTION);
    for (Produced produced : translate(name).produced()) {
      FhirValidation.assertValid(produced.resource());
      bundle.addEntry().setResource(produced.resource());
    }
    Golden.assertSame(
        "org/vitalroutes/fhir/" + name + ".bundle.json",
        FhirContext.forR5Cached()
                .newJsonParser()
                .setPrettyPrint(true)
                .encodeResourceToString(bundle)
            + "\n");
  }

  @ParameterizedTest
  @FieldSource("REPLIES")
  void translating_twice_gives_the_same_bytes(String name) {
    assertThat(translate(name).produced().stream().map(p -> ContentHash.of(p.resource())))
        .containsExactlyElementsOf(
            translate(name).produced().stream().map(p -> ContentHash.of(p.resource())).toList());
  }

  @Test
  void what_the_replies_hold_besides_is_counted() {
    assertThat(translate("getactivity-days").skipped())
        .containsExactly(
            new Skipped(SkipReason.FOREIGN_ORIGIN, null, 1),
            new Skipped(SkipReason.MISSING_FIELD, null, "hr_zone_0", 1),
            new Skipped(SkipReason.MALFORMED, null, 1),
            new Skipped(SkipReason.DUPLICATE, null, 1));
    assertThat(translate("getintradayactivity").skipped())
        .containsExactly(
            new Skipped(SkipReason.FOREIGN_ORIGIN, null, "series", 1),
            new Skipped(SkipReason.IMPLAUSIBLE, null, "heart_rate", 1),
            new Skipped(SkipReason.UNREADABLE_FIELD, null, "series", 1));
    assertThat(translate("getworkouts").skipped())
        .containsExactly(new Skipped(SkipReason.AMBIGUOUS_OWNER, null, 1));
    assertThat(translate("sleep-getsummary").skipped())
        .containsExactly(new Skipped(SkipReason.MALFORMED, null, 1));
    assertThat(translate("sleep-get").skipped())
        .containsExactly(
            new Skipped(SkipReason.UNKNOWN_VALUE, null, "state", 1),
            new Skipped(SkipReason.IMPLAUSIBLE, null, "hr", 1),
            new Skipped(SkipReason.UNREADABLE_FIELD, null, "series", 1));
    assertThat(translate("heart-list").skipped())
        .containsExactly(
            new Skipped(SkipReason.IMPLAUSIBLE, 9, 1),
            new Skipped(SkipReason.MISSING_FIELD, null, "heart_rate", 1));
  }

  private static Translation translate(String name) {
    JsonNode body = RowsOf.resource(name + ".json");
    return switch (name) {
      case "getactivity-days" ->
          RowsOf.activity(body, Instant.parse("2024-04-01T10:00:00Z"), ForeignData.SKIP);
      case "getintradayactivity" ->
          RowsOf.intraday(
              RowsOf.resource("getactivity-days.json"),
              Instant.parse("2024-04-01T10:00:00Z"),
              body);
      case "getworkouts" -> RowsOf.workouts(body, AmbiguousOwner.SKIP, ForeignData.TAG);
      case "sleep-getsummary" -> RowsOf.sleep(body);
      case "sleep-get" -> RowsOf.stages(RowsOf.resource("sleep-getsummary.json"), body);
      default ->
          RowsOf.ecg(
              body,
              Map.of(
                  "445566",
                  """
                  {"signal": [12, 14, -20, 310, 720, 150, -90, 0], "sampling_frequency": 300,
                   "wearposition": 1, "model": 93}
                  """,
                  "445567",
                  "{\"signal\": [], \"sampling_frequency\": 500, \"wearposition\": 3}"));
    };
  }
}
