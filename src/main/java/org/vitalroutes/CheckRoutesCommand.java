package org.vitalroutes;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.logging.LoggingSystem;
import org.vitalroutes.routes.RouteFolder;

/**
 * The command {@code check-routes}: prints what is wrong in the route files of a folder, by the
 * rules that the build and a reload apply. It starts nothing.
 */
final class CheckRoutesCommand {

  static final String COMMAND = "check-routes";

  private static final Pattern PLACED = Pattern.compile("^[^ :]+\\.(yaml|java)[:,]");

  private CheckRoutesCommand() {}

  /** Runs it; the status to end with is 1 when something is wrong, 2 for a wrong call. */
  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    LoggingSystem.get(CheckRoutesCommand.class.getClassLoader()).beforeInitialize();
    if (arguments.size() != 1 || !Files.isDirectory(Path.of(arguments.get(0)))) {
      err.println("usage: check-routes DIR");
      return 2;
    }
    Path folder = Path.of(arguments.get(0));
    List<String> problems = RouteFolder.problems(folder);
    problems.forEach(
        problem -> out.println(PLACED.matcher(problem).find() ? folder + "/" + problem : problem));
    out.println(
        problems.isEmpty()
            ? folder + ": " + RouteFolder.paths(folder).size() + " route files, no problem"
            : folder + ": " + problems.size() + (problems.size() == 1 ? " problem" : " problems"));
    return problems.isEmpty() ? 0 : 1;
  }
}
