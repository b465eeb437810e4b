package org.vitalroutes.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vitalroutes.testsupport.World;

/**
 * Processor time until ready, and idle memory, compared with a bare web application: Vitalroutes as
 * {@code archive-classes.sh} prepares it for a server without containers, the other one with the
 * same collector, heap and jars.
 */
final class StartBench {

  private static final int IDLE_MILLIS = 15_000;
  private static final Path DOCKER = Path.of("src/main/docker").toAbsolutePath();

  /** As in a container of 341 MiB: a heap of up to 256 MiB that begins small. */
  private static final String MEMORY = "-XX:MaxRAM=341m";

  /** The jar that the profile's build makes of the classes; its manifest names the others. */
  private static final Path JAR = Path.of("target/bench/vitalroutes.jar").toAbsolutePath();

  private StartBench() {}

  static List<Figure> run(int rounds) {
    List<Double> ours = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    List<Double> memory = new ArrayList<>();
    List<Double> bareMemory = new ArrayList<>();
    try (World world = new World()) {
      Map<String, String> variables = new HashMap<>(world.settings().variables());
      // Creates the schema, too.
      archiveClasses(variables);
      for (int round = 0; round < rounds; round++) {
        measure(
            List.of(
                "@" + DOCKER.resolve("jvm.options"), MEMORY, "-jar", JAR.getFileName().toString()),
            variables,
            ours,
            memory);
        Map<String, String> bareVariables = new HashMap<>(variables);
        bareVariables.put("SPRING_CONFIG_NAME", "bare");
        measure(
            List.of(
                "-XX:+UseSerialGC",
                "-XX:MaxRAMPercentage=75",
                MEMORY,
                "-cp",
                JAR + ":" + Path.of("target/test-classes").toAbsolutePath(),
                BareWebApplication.class.getName()),
            bareVariables,
            bare,
            bareMemory);
      }
    }
    return List.of(
        Figure.against(
            "start",
            "processor time until ready",
            "s",
            ours,
            "a bare Spring Boot web application",
            bare,
            2,
            true,
            "Vitalroutes with jvm.options and class data, the other with the same collector"),
        Figure.against(
            "start",
            "resident memory, idle",
            "MiB",
            memory,
            "a bare Spring Boot web application",
            bareMemory,
            1.3,
            true,
            "a heap of up to 256 MiB"));
  }

  private static void measure(
      List<String> arguments,
      Map<String, String> variables,
      List<Double> cpuSeconds,
      List<Double> mebibytes) {
    try (Service service = Service.start("start", JAR.getParent(), arguments, variables)) {
      service.awaitReady("http://localhost:" + variables.get("SERVER_PORT") + "/livez");
      cpuSeconds.add(service.cpuSeconds());
      Pause.millis(IDLE_MILLIS);
      mebibytes.add(service.residentMebibytes());
    }
  }

  /** As its header says, with the settings of a service in the environment. */
  private static void archiveClasses(Map<String, String> variables) {
    try {
      Files.deleteIfExists(JAR.resolveSibling("vitalroutes.jsa"));
      ProcessBuilder script =
          new ProcessBuilder("sh", DOCKER.resolve("archive-classes.sh").toString())
              .directory(JAR.getParent().toFile())
              .inheritIO();
      script.environment().putAll(variables);
      script
          .environment()
          .merge("PATH", Service.java().getParent() + ":", (path, java) -> java + path);
      if (script.start().waitFor() != 0) {
        throw new IllegalStateException("no class data");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
