package org.vitalroutes.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MappingPageTest {
  private static final Path PAGE = Path.of("docs/mapping.md");

  @Test
  void the_page_says_what_the_tables_say() throws IOException {
    String page = MappingPage.of(MeasureTable.standard(), FieldTable.all());
    if (System.getProperty("golden.update") != null) {
      Files.writeString(PAGE, page);
    }

    assertThat(page)
        .as("docs/mapping.md; -Dgolden.update writes it anew")
        .isEqualTo(Files.readString(PAGE));
  }
}
