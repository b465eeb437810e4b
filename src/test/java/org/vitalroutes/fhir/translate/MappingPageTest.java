package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vitalroutes.fhir.table.FieldTable;
import org.vitalroutes.fhir.table.Loinc;
import org.vitalroutes.fhir.table.MeasureTable;

class MappingPageTest {
  private static final Path PAGE = Path.of("docs/mapping.md");

  /** Behind the tables. */
  private static final String BY_HAND = "\n## Choices\n";

  @Test
  void no_code_that_is_not_verified_stands_alone() throws IOException {
    List<String> unverified =
        Files.readAllLines(PAGE).stream()
            .takeWhile(line -> !line.equals(BY_HAND.strip()))
            .filter(line -> line.matches("\\|.*\\?.*") && line.matches(".*\\| \\d+-\\d .*"))
            .toList();

    assertThat(unverified)
        .hasSizeGreaterThan(5)
        .allSatisfy(line -> assertThat(line).contains("<br>L "));
  }

  @Test
  void the_page_says_what_the_tables_say() throws IOException {
    String tables = MappingPage.of(MeasureTable.standard(), FieldTable.all());
    String page = Files.readString(PAGE);
    String byHand = page.substring(page.indexOf(BY_HAND));
    if (System.getProperty("golden.update") != null) {
      Files.writeString(PAGE, tables + byHand);
    }

    assertThat(tables + byHand)
        .as("docs/mapping.md; -Dgolden.update writes its tables again")
        .isEqualTo(Files.readString(PAGE));
  }

  @Test
  void every_loinc_code_is_compared_with_the_other_mappings() throws IOException {
    String comparison = Files.readString(Path.of("docs/other-mappings.md"));

    assertThat(
            Files.readAllLines(Path.of("docs/codes.tsv")).stream()
                .filter(line -> line.startsWith(Loinc.SYSTEM + "\t"))
                .map(line -> line.split("\t", -1)[1]))
        .hasSizeGreaterThan(50)
        .allSatisfy(code -> assertThat(comparison).contains(code));
  }
}
