package org.vitalroutes.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares with a reviewed file. Run the tests with {@code -Dgolden.update} to write the files
 * again, and review the difference before committing it.
 */
public final class Golden {
  private static final Path RESOURCES = Path.of("src/test/resources");

  private Golden() {}

  public static void assertSame(String name, String actual) {
    Path file = RESOURCES.resolve(name);
    try {
      if (System.getProperty("golden.update") != null) {
        Files.writeString(file, actual, StandardCharsets.UTF_8);
      }
      assertThat(file).as("golden file; -Dgolden.update writes it").exists();
      assertThat(actual)
          .as("%s; -Dgolden.update writes it again", name)
          .isEqualTo(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
