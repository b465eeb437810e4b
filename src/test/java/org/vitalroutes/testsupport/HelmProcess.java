package org.vitalroutes.testsupport;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
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
    command.addAll(List.of(HelmProcess.class.getName(), chart.toString()));
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

  /** Lints and renders. */
  public static void main(String[] arguments) {
    Helm helm = new Helm(Path.of(arguments[0]));
    if (helm.lint().strict().call().isFailed()) {
      throw new IllegalStateException(helm.lint().strict().call().getMessages().toString());
    }
    TemplateCommand template = helm.template().withName("anything").withKubeVersion("1.27.0");
    for (int i = 1; i < arguments.length; i++) {
      String[] value = arguments[i].split("=", 2);
      template.set(value[0], value[1]);
    }
    System.out.print(template.call());
  }
}
