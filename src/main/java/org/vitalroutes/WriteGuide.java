package org.vitalroutes;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.terminology.GuidePackage;
import org.vitalroutes.fhir.wire.FhirVersion;

/**
 * The command {@code write-guide}: writes our code systems, the map to LOINC and our profiles as
 * FHIR packages, {@code r4/package.tgz} and {@code r5/package.tgz}. It reads {@code FHIR_NAMESPACE}
 * only. The build runs it too.
 */
final class WriteGuide {

  static final String COMMAND = "write-guide";

  private static final String USAGE = "usage: write-guide FOLDER [VERSION]";

  private WriteGuide() {}

  /**
   * Runs it; the status to end with is 2 for a wrong call.
   *
   * @param release version of the packages, when the arguments have none
   */
  static int run(
      List<String> arguments, Map<String, String> environment, String release, PrintStream err)
      throws IOException {
    if (arguments.isEmpty() || arguments.size() > 2) {
      err.println(USAGE);
      return 2;
    }
    String namespace = environment.getOrDefault("FHIR_NAMESPACE", Identifiers.DEFAULT_NAMESPACE);
    GuidePackage guide =
        new GuidePackage(
            new Identifiers(namespace), arguments.size() == 2 ? arguments.get(1) : release);
    for (FhirVersion version : List.of(FhirVersion.R4, FhirVersion.R5)) {
      Path folder =
          Files.createDirectories(
              Path.of(arguments.get(0), version.name().toLowerCase(Locale.ROOT)));
      Files.write(folder.resolve("package.tgz"), guide.of(version));
    }
    return 0;
  }
}
