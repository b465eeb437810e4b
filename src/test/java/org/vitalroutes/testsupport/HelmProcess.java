package org.vitalroutes.testsupport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/**
 * Helm, in a process of its own: it is written in Go, whose signal handlers would keep Mockito from
 * attaching to the JVM. One process renders all charts of a test, as its start takes longest.
 */
public final class HelmProcess implements AutoCloseable {

  /** A source: a second class with a main method would keep the first run from starting. */
  private static final String SOURCE = "src/test/helm/RenderChart.java";

  private final Process process;
  private final PrintWriter charts;
  private final BufferedReader answers;

  public HelmProcess() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            SOURCE);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    charts = new PrintWriter(process.outputWriter(UTF_8), true);
    answers = process.inputReader(UTF_8);
  }

  /**
   * Renders a chart.
   *
   * @param values {@code name=value}
   * @throws IllegalStateException with what Helm says
   */
  public String template(Path chart, String... values) throws IOException {
    charts.println(chart + "\t" + String.join("\t", values));
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("Helm's process ended");
    }
    List<String> parts = List.of(answer.split(" ", 2));
    String text = new String(Base64.getDecoder().decode(parts.get(1)), UTF_8);
    if (!parts.get(0).equals("ok")) {
      throw new IllegalStateException(text);
    }
    return text;
  }

  /** Ends the process, whose input ends. */
  @Override
  public void close() {
    charts.close();
  }
}
