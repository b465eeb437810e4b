package org.vitalroutes.testsupport;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Vitalroutes in a process of its own, which a test can kill. */
public final class ApplicationProcess implements AutoCloseable {

  private final Process process;
  private final List<String> output = new CopyOnWriteArrayList<>();
  private final Thread reader;

  private ApplicationProcess(Process process) {
    this.process = process;
    this.reader = new Thread(this::read, "application-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts Vitalroutes with exactly these settings; returns at once. */
  public static ApplicationProcess start(TestSettings settings) {
    return start(settings, List.of());
  }

  /**
   * Starts Vitalroutes with exactly these settings; returns at once.
   *
   * @param prefix a command that runs the rest of its arguments, such as on another host
   */
  public static ApplicationProcess start(TestSettings settings, List<String> prefix) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "org.vitalroutes.Application"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(TestSettings::isSetting);
    builder.environment().put("CLASSPATH", classPath());
    builder.environment().putAll(settings.variables());
    try {
      return new ApplicationProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * This JVM's class path without duplicates, because Camel refuses a route that is found twice.
   */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Kills the process, as {@code kill -9} does, and waits for its end. */
  public void kill() {
    process.destroyForcibly();
    await(30);
  }

  /** Sends SIGTERM, as {@code kill} and a container's stop do; returns at once. */
  public void terminate() {
    process.destroy();
  }

  /** Freezes the process, as a long pause of the machine does, until {@link #thaw}. */
  public void freeze() {
    signal("STOP");
  }

  public void thaw() {
    signal("CONT");
  }

  public long pid() {
    return process.pid();
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the process ends. */
  public int exitCode() {
    await(60);
    return process.exitValue();
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  /** Its output so far. */
  public String output() {
    return String.join("\n", output);
  }

  private void await(int seconds) {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        throw new AssertionError("the application still runs after " + seconds + " s");
      }
      reader.join(TimeUnit.SECONDS.toMillis(seconds));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      lines.lines().forEach(output::add);
    } catch (IOException | UncheckedIOException e) {
      output.add("(its output ended: " + e.getMessage() + ")");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
