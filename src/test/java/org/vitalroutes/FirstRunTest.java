package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FirstRunTest {

  /** Of several test classes with a main method {@code spring-boot:test-run} refuses to choose. */
  @Test
  void the_build_names_the_class_that_spring_boot_test_run_starts() throws IOException {
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains("<mainClass>" + FirstRun.class.getName() + "</mainClass>");
  }
}
