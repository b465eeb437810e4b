package org.vitalroutes.fhir.translate;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.hl7.fhir.r5.model.Resource;
import org.junit.jupiter.api.Test;
import org.vitalroutes.fhir.Goldens;
import org.vitalroutes.testsupport.FhirValidation;

/** Every warning that the validator has for a resource of ours is listed with its reason. */
class ValidationWarningsTest {
  private static final Path PAGE = Path.of("docs/validation.md");

  private enum Warning {
    NO_NARRATIVE(
        "dom-6",
        "A resource should have narrative.",
        "A narrative would only repeat codes and values, and double the size."),
    FOREIGN_CODE_SYSTEM(
        "(http://loinc.org|http://snomed.info/sct|urn:iso:std:iso:11073:10101)",
        "LOINC, SNOMED CT and ISO/IEEE 11073 cannot be checked.",
        "The tests' validator has no copy of them; the tests of the mapping tables check these codes."),
    NEW_CODE(
        "Unknown code in fragment CodeSystem 'urn:vitalroutes:withings/",
        "A code is not in Vitalroutes' own code system of its kind.",
        "Withings adds codes without notice, so these code systems are declared as fragments."),
    OWN_CODE_SYSTEM(
        "urn:vitalroutes:withings/CodeSystem/",
        "Vitalroutes' own code systems are unknown.",
        "Until `install-terminology` has written them to the FHIR server."),
    ANNOTATION(
        "annotations? .*UCUM|UCUM.* annotation|human readable annotations",
        "Units such as {steps} hold an annotation.",
        "UCUM writes counted things this way; the unit is 1."),
    VITAL_SIGNS_CODES(
        "None of the codings provided are in the value set",
        "Not every coding of a vital sign is in the list of vital signs.",
        "The list requires one code; the other codings are more specific."),
    NOT_KNOWN(
        "ValueSet '.*' not found|http://terminology.hl7.org/CodeSystem/|Unable to (expand|validate)",
        "A value set or code system of HL7 is not known.",
        "The tests' validator reads only value sets with a required binding; these are example and preferred bindings.");

    private final Pattern pattern;
    private final String text;
    private final String why;

    Warning(String pattern, String text, String why) {
      this.pattern = Pattern.compile(pattern);
      this.text = text;
      this.why = why;
    }

    static Optional<Warning> of(String message) {
      return Arrays.stream(values())
          .filter(each -> each.pattern.matcher(message).find())
          .findFirst();
    }
  }

  @Test
  void every_warning_is_explained_and_every_explanation_is_needed() throws IOException {
    Set<Warning> alone = EnumSet.noneOf(Warning.class);
    Set<Warning> knowing = EnumSet.noneOf(Warning.class);
    Set<String> unexplained = new TreeSet<>();
    for (Resource resource : Goldens.resources()) {
      FhirValidation.warnings(resource, false)
          .forEach(w -> Warning.of(w).ifPresentOrElse(alone::add, () -> unexplained.add(w)));
      FhirValidation.warnings(resource, true)
          .forEach(w -> Warning.of(w).ifPresentOrElse(knowing::add, () -> unexplained.add(w)));
    }
    assertThat(unexplained).isEmpty();

    String page =
        """
        # Warnings of the FHIR validator

        The tests validate every resource of every golden file with HAPI's R5 validator:
        there are no errors, with or without Vitalroutes' own code systems. The table lists all warnings; a test compares it.

        | warning | without our code systems | with them | why it stays |
        |---|---|---|---|
        """
            + Arrays.stream(Warning.values())
                .filter(each -> alone.contains(each) || knowing.contains(each))
                .map(
                    each ->
                        "| %s | %s | %s | %s |"
                            .formatted(
                                each.text,
                                alone.contains(each) ? "yes" : "",
                                knowing.contains(each) ? "yes" : "",
                                each.why))
                .collect(joining("\n", "", "\n"));
    if (System.getProperty("golden.update") != null) {
      Files.writeString(PAGE, page);
    }
    assertThat(page)
        .as("%s; -Dgolden.update writes it again", PAGE)
        .isEqualTo(Files.readString(PAGE));
    assertThat(knowing).doesNotContain(Warning.OWN_CODE_SYSTEM);
  }
}
