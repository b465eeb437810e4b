package org.vitalroutes.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Writes measured figures to {@code target/faults.txt}. */
final class Report {

  private static final Path FILE = Path.of("target/faults.txt");

  private Report() {}

  /** Adds a figure. */
  static void add(String what, String figure) {
    progress(what + ": " + figure);
  }

  /** Prints the progress of a long run. */
  static synchronized void progress(String line) {
    try {
      Files.writeString(
          FILE,
          Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + line + System.lineSeparator(),
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
