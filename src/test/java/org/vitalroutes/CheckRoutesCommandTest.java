package org.vitalroutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vitalroutes.testsupport.CapturedLogs;

class CheckRoutesCommandTest {

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void the_route_files_of_the_project_have_no_problem() {
    assertThat(run("routes")).isZero();
    assertThat(out.toString(UTF_8)).isEqualToIgnoringNewLines("routes: 22 route files, no problem");
  }

  @Test
  void what_is_wrong_is_printed_with_its_place() throws IOException {
    for (Path file : Files.list(Path.of("routes")).toList()) {
      String text = Files.readString(file).replace("uri: direct:call\n", "uri: direct:cal\n");
      Files.writeString(folder.resolve(file.getFileName()), text);
    }

    assertThat(run(folder.toString())).isEqualTo(1);
    assertThat(out.toString(UTF_8).lines())
        .isNotEmpty()
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches(
                        "\\Q"
                            + folder
                            + "\\E/call\\.camel\\.yaml: the header's In names direct:call.*"));
  }

  @Test
  void a_file_that_is_no_yaml_is_printed_with_line_and_column() throws IOException {
    Files.writeString(folder.resolve("a.camel.yaml"), "- route:\n   id: [\n");

    assertThat(run(folder.toString())).isEqualTo(1);
    assertThat(out.toString(UTF_8)).startsWith(folder + "/a.camel.yaml:3:1: ");
  }

  @Test
  void a_wrong_call_is_answered_with_the_usage() {
    assertThat(run("no-such-folder")).isEqualTo(2);
  }

  private int run(String folder) {
    PrintStream printed = new PrintStream(out, true, UTF_8);
    return CapturedLogs.aside(() -> CheckRoutesCommand.run(List.of(folder), printed, printed));
  }
}
