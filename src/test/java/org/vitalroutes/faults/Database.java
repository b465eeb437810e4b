package org.vitalroutes.faults;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.vitalroutes.testsupport.RunningVitalroutes;

/** A real PostgreSQL that can be stopped, killed and started again with its data. */
final class Database implements AutoCloseable {

  private final Path data;
  private final int port = RunningVitalroutes.freePort();
  private EmbeddedPostgres postgres;

  Database() {
    this(temporaryFolder());
  }

  /** Starts a server with its data in an empty folder. */
  Database(Path data) {
    this.data = data;
    postgres = launch();
  }

  private EmbeddedPostgres launch() {
    try {
      return EmbeddedPostgres.builder()
          .setPort(port)
          .setDataDirectory(data)
          .setCleanDataDirectory(false)
          .setServerConfig("fsync", "on")
          .setServerConfig("synchronous_commit", "on")
          .setServerConfig("full_page_writes", "on")
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  String url(int throughPort) {
    return "jdbc:postgresql://localhost:" + throughPort + "/postgres";
  }

  void stop() {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again after {@link #stop}. */
  void start() {
    postgres = launch();
  }

  /** Sends a signal to the postmaster, such as {@code QUIT}: stop at once, without a checkpoint. */
  void signal(String name) {
    try {
      List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
      new ProcessBuilder("kill", "-" + name, lines.get(0).strip()).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("vitalroutes-postgres");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop();
  }
}
