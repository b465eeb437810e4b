package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Quantity;
import org.junit.jupiter.api.Test;
import org.vitalroutes.fhir.Goldens;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.table.FieldTable;
import org.vitalroutes.fhir.table.Loinc;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.withings.Position;

/**
 * docs/codes.tsv holds every code of LOINC, SNOMED CT and UCUM that a resource may have;
 * src/main/scripts/LookUpCodes.java asks a terminology server for each.
 */
class CodesFileTest {
  private static final Path FILE = Path.of("docs/codes.tsv");
  private static final String SNOMED = "http://snomed.info/sct";
  private static final String UCUM = "http://unitsofmeasure.org";

  @Test
  void the_file_has_every_code_of_the_tables_and_of_the_resources() throws IOException {
    String file = file();
    if (System.getProperty("golden.update") != null) {
      Files.writeString(FILE, file);
    }

    assertThat(file)
        .as("docs/codes.tsv; -Dgolden.update writes it again")
        .isEqualTo(Files.readString(FILE));
  }

  /** By system and code, the display; none where there is none or several, and for units. */
  private static String file() {
    SortedMap<String, String> codes = new TreeMap<>();
    MeasureTable measures = MeasureTable.standard();
    for (int type : measures.types()) {
      measures.required(type).codings().stream()
          .filter(code -> !code.local())
          .forEach(code -> add(codes, Loinc.SYSTEM, code.code(), code.display()));
      if (measures.required(type).unit() != null) {
        add(codes, UCUM, measures.required(type).unit().code(), "");
      }
    }
    for (FieldTable table : FieldTable.all()) {
      Stream.concat(
              table.observations().stream().flatMap(each -> each.codings().stream()),
              table.fields().values().stream().flatMap(each -> each.codings().stream()))
          .filter(code -> !code.local())
          .forEach(code -> add(codes, Loinc.SYSTEM, code.code(), code.display()));
      table.fields().values().forEach(field -> add(codes, UCUM, field.unit().code(), ""));
    }
    add(codes, BodyMassIndex.CODE);
    add(codes, UCUM, "kg/m2", "");
    BodySites sites = new BodySites(new Identifiers(Identifiers.DEFAULT_NAMESPACE));
    Arrays.stream(Position.values())
        .flatMap(place -> Stream.of(true, false).map(limb -> sites.concept(place.code(), limb)))
        .flatMap(concept -> concept.getCoding().stream())
        .forEach(coding -> add(codes, coding));
    Goldens.resources()
        .forEach(
            resource -> {
              var terser = FhirContext.forR5Cached().newTerser();
              terser
                  .getAllPopulatedChildElementsOfType(resource, Coding.class)
                  .forEach(coding -> add(codes, coding));
              terser
                  .getAllPopulatedChildElementsOfType(resource, Quantity.class)
                  .forEach(quantity -> add(codes, UCUM, quantity.getCode(), ""));
            });
    return "# Every code of LOINC, SNOMED CT and UCUM that a resource may have: system, code, display."
        + " CodesFileTest writes it.\n"
        + codes.entrySet().stream()
            .map(code -> code.getKey() + "\t" + code.getValue() + "\n")
            .collect(Collectors.joining());
  }

  private static void add(SortedMap<String, String> codes, Coding coding) {
    if (coding.getSystem().equals(SNOMED) || coding.getSystem().equals(Loinc.SYSTEM)) {
      add(
          codes,
          coding.getSystem(),
          coding.getCode(),
          coding.hasDisplay() ? coding.getDisplay() : "");
    }
  }

  private static void add(
      SortedMap<String, String> codes, String system, String code, String display) {
    codes.merge(system + "\t" + code, display, (first, other) -> first.isEmpty() ? other : first);
  }
}
