package org.vitalroutes.testsupport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Helm, in a process of its own: it is written in Go, whose signal handlers would keep Mockito from
 * attaching to the JVM.
 */
public final class HelmProcess {

  /** A source: a second class with a main method would keep the first run from starting. */
  private static final String SOURCE = "src/test/helm/RenderChart.java";

  private HelmProcess() {}

  /**
   * Renders a chart.
   *
   * @param values {@code name=value}
   * @throws IllegalStateException with what Helm says
   */
  public static String template(Path chart, String... values) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of(SOURCE, chart.toString()));
    command.addAll(List.of(values));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
