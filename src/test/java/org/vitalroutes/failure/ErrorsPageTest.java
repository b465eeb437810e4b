package org.vitalroutes.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ErrorsPageTest {

  private static final Path PAGE = Path.of("docs/errors.md");

  @Test
  void the_page_says_what_the_tables_say() throws IOException {
    String page = ErrorsPage.of(Path.of("routes/errors.camel.yaml"));
    if (System.getProperty("golden.update") != null) {
      Files.writeString(PAGE, page);
    }

    assertThat(page)
        .as("docs/errors.md; -Dgolden.update writes it again")
        .isEqualTo(Files.readString(PAGE));
  }
}
