package org.vitalroutes.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Java program in a process of its own, to measure its processor time and memory. */
final class Service implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Process process;
  private final Path log;

  private Service(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts a class with these environment variables; returns at once. */
  static Service start(
      String mainClass, List<String> options, Map<String, String> variables, String... arguments) {
    List<String> command = new ArrayList<>(options);
    command.add(mainClass);
    command.addAll(List.of(arguments));
    Map<String, String> withClassPath = new HashMap<>(variables);
    withClassPath.put("CLASSPATH", classPath());
    return start(
        mainClass.replaceAll(".*\\.", ""), Path.of("").toAbsolutePath(), command, withClassPath);
  }

  /** Starts {@code java} in a folder with these arguments and environment variables. */
  static Service start(
      String name, Path folder, List<String> arguments, Map<String, String> variables) {
    List<String> command = new ArrayList<>(arguments);
    command.add(0, java().toString());
    try {
      Path log =
          Files.createTempFile(
              Files.createDirectories(Path.of("target/bench")), name + "-", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      // As in the image.
      builder.environment().put("MALLOC_ARENA_MAX", "2");
      builder.environment().putAll(variables);
      return new Service(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Waits until a URL answers 200. */
  Service awaitReady(String url) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw new IllegalStateException("the process ended; its output is in " + log);
      }
      try {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(2)).build();
        if (HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return this;
        }
      } catch (IOException e) {
        // Not started yet.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
      Pause.millis(20);
    }
    throw new IllegalStateException(url + " does not answer; the output is in " + log);
  }

  /** Processor seconds used so far. */
  double cpuSeconds() {
    return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  /** Resident memory in MiB. */
  double residentMebibytes() {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElseThrow()
          / 1024.0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its end and returns its output. */
  String output() {
    try {
      process.waitFor();
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
