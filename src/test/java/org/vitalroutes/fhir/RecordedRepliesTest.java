package org.vitalroutes.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.withings.MeasurePage;

/**
 * Replies of the real Withings, from a folder that is not part of the project: files named
 * measure….json.
 */
@EnabledIfEnvironmentVariable(named = RecordedRepliesTest.FOLDER, matches = ".+")
class RecordedRepliesTest {
  static final String FOLDER = "WITHINGS_RECORDED_REPLIES";

  static List<Path> replies() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getenv(FOLDER)))) {
      return files
          .filter(file -> file.getFileName().toString().matches("measure.*\\.json"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("replies")
  void every_recorded_reply_becomes_valid_resources(Path file) throws IOException {
    MeasurePage page = MeasurePage.of(body(new ObjectMapper().readTree(file.toFile())));
    Translation translation =
        new MeasureTranslator(
                MeasureTable.standard(), new Identifiers(Identifiers.DEFAULT_NAMESPACE))
            .translate(page, new Subject("Patient/1"));
    translation.produced().forEach(produced -> FhirValidation.assertValid(produced.resource()));
    assertThat(translation.produced()).isNotEmpty();
    assertThat(translation.isIncomplete()).isFalse();
  }

  /** The body of an envelope, or of a bare list of groups. */
  private static JsonNode body(JsonNode reply) {
    return reply.isArray()
        ? new ObjectMapper().createObjectNode().set("measuregrps", reply)
        : reply.path("body");
  }
}
