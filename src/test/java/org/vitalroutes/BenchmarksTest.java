package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles the benchmarks, which are run by hand (docs/performance.md). They are not test sources,
 * because they have main classes and spring-boot:test-run requires exactly one.
 */
class BenchmarksTest {

  @Test
  void the_benchmarks_compile(@TempDir Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null);
        Stream<Path> found = Files.walk(Path.of("src/bench/java"))) {
      List<Path> sources = found.filter(file -> file.toString().endsWith(".java")).toList();
      List<String> options = List.of("-proc:none", "-nowarn", "-d", classes.toString());

      boolean compiled =
          compiler
              .getTask(
                  null, files, problems, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();

      assertThat(sources).isNotEmpty();
      assertThat(compiled).as("%s", problems.getDiagnostics()).isTrue();
    }
  }
}
