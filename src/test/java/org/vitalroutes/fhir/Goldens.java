package org.vitalroutes.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Resource;

/** Everything that the golden files hold: resources of every kind that is made. */
public final class Goldens {
  private static final Path FOLDER = Path.of("src/test/resources/org/vitalroutes/fhir");

  private Goldens() {}

  public static List<Resource> resources() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".bundle.json"))
          .sorted()
          .flatMap(file -> entries(file).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Resource> entries(Path file) {
    try {
      return FhirContext.forR5Cached()
          .newJsonParser()
          .parseResource(Bundle.class, Files.readString(file))
          .getEntry()
          .stream()
          .map(Bundle.BundleEntryComponent::getResource)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
