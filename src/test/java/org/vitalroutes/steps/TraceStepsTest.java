package org.vitalroutes.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TraceStepsTest {

  static Stream<String> steps() {
    return TraceSteps.SPANS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("steps")
  void what_is_traced_is_one_step_of_the_routes(String step) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      for (Path file : files.toList()) {
        Files.readAllLines(file).stream()
            .map(String::strip)
            .filter(line -> line.matches("(- )?id: " + step))
            .forEach(found::add);
      }
    }
    assertThat(found).hasSize(1);
  }
}
