package org.vitalroutes.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.testsupport.FhirValidation;

/** Replies of the real Withings, as {@link RecordedRepliesTest}: days, workouts and nights. */
@EnabledIfEnvironmentVariable(named = RecordedRepliesTest.FOLDER, matches = ".+")
class RecordedRowsTest {

  @ParameterizedTest
  @ValueSource(strings = {"activity", "workouts", "sleep_summary"})
  void every_recorded_reply_becomes_valid_resources(String file) throws IOException {
    JsonNode body = body(file);
    Translation translation =
        switch (file) {
          case "activity" -> RowsOf.activity(body, RowsOf.LATER, ForeignActivity.TAG);
          case "workouts" -> RowsOf.workouts(body, AmbiguousOwner.SKIP, ForeignActivity.TAG);
          default -> RowsOf.sleep(body);
        };
    translation.produced().forEach(produced -> FhirValidation.assertValid(produced.resource()));
    assertThat(translation.produced()).isNotEmpty();
    assertThat(translation.isIncomplete()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void days_of_other_makers_are_as_the_policy_says(ForeignActivity policy) throws IOException {
    Translation translation = RowsOf.activity(body("activity"), RowsOf.LATER, policy);
    assertThat(translation.produced().isEmpty()).isEqualTo(policy == ForeignActivity.SKIP);
  }

  private static JsonNode body(String file) throws IOException {
    return RowsOf.tree(
            Files.readString(
                Path.of(System.getenv(RecordedRepliesTest.FOLDER)).resolve(file + ".json")))
        .path("body");
  }
}
