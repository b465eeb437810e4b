package org.vitalroutes.testsupport;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/** Two real PostgreSQL servers: a primary, and a synchronous standby. */
public final class ReplicatedPostgres implements AutoCloseable {

  private final Path primaryData;
  private final Path standbyData;
  private final int primaryPort = RunningVitalroutes.freePort();
  private final int standbyPort = RunningVitalroutes.freePort();
  private final EmbeddedPostgres primary;
  private final EmbeddedPostgres standby;

  /** Starts both servers in a folder. */
  public ReplicatedPostgres(Path folder) {
    primaryData = folder.resolve("primary");
    standbyData = folder.resolve("standby");
    try {
      server(primaryData, primaryPort).start().close();
      copy(primaryData, standbyData);
      Files.createFile(standbyData.resolve("standby.signal"));
      configure(primaryData, "wal_keep_size = '256MB'\nsynchronous_standby_names = '*'\n");
      configure(
          standbyData,
          "primary_conninfo = 'host=localhost port=" + primaryPort + " user=postgres'\n");
      primary = server(primaryData, primaryPort).start();
      standby = server(standbyData, standbyPort).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EmbeddedPostgres.Builder server(Path data, int port) {
    return EmbeddedPostgres.builder()
        .setPort(port)
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("full_page_writes", "on");
  }

  private static void configure(Path data, String lines) throws IOException {
    Files.writeString(data.resolve("postgresql.auto.conf"), lines, StandardOpenOption.APPEND);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Files.copy(each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** A URL that connects to the current primary. */
  public String url() {
    return "jdbc:postgresql://localhost:"
        + primaryPort
        + ",localhost:"
        + standbyPort
        + "/postgres?targetServerType=primary";
  }

  /** Kills the primary without a checkpoint and without closing connections. */
  public void killPrimary() {
    try {
      List<String> lines = Files.readAllLines(primaryData.resolve("postmaster.pid"));
      new ProcessBuilder("kill", "-QUIT", lines.get(0).strip()).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Promotes the standby. */
  public void promoteStandby() {
    try (Connection connection = standby.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("select pg_promote()");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      standby.close();
      primary.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
