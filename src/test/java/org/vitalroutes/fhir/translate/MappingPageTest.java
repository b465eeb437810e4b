package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vitalroutes.fhir.table.FieldTable;
import org.vitalroutes.fhir.table.MeasureTable;

class MappingPageTest {
  private static final Path PAGE = Path.of("docs/mapping.md");

  @Test
  void no_code_that_is_not_verified_stands_alone() throws IOException {
    List<String> unverified =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.matches("\\|.*\\?.*") && line.matches(".*\\| \\d+-\\d .*"))
            .toList();

    assertThat(unverified)
        .hasSizeGreaterThan(5)
        .allSatisfy(line -> assertThat(line).contains("<br>L "));
  }

  @Test
  void the_page_says_what_the_tables_say() throws IOException {
    String page = MappingPage.of(MeasureTable.standard(), FieldTable.all());
    if (System.getProperty("golden.update") != null) {
      Files.writeString(PAGE, page);
    }

    assertThat(page)
        .as("docs/mapping.md; -Dgolden.update writes it again")
        .isEqualTo(Files.readString(PAGE));
  }
}
