package org.vitalroutes.faults;

import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.vitalroutes.faults.Hosts.Host;
import org.vitalroutes.testsupport.RunningVitalroutes;

/** Two PostgreSQL servers on hosts of their own: a primary and its synchronous standby. */
final class HostedPostgres implements AutoCloseable {

  static final int PORT = 5432;

  private static final String ANYBODY =
      """
      host all all 10.77.0.0/24 trust
      host replication all 10.77.0.0/24 trust
      """;

  /** A server, its host and its process. */
  final class Server {

    final Host host;
    private final Path data;
    private Process process;

    private Server(Host host, Path data) {
      this.host = host;
      this.data = data;
    }

    private void start() {
      try {
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        process =
            new ProcessBuilder(
                    // PostgreSQL refuses to run as root, which nobody is in a user namespace.
                    host.command(
                        "unshare",
                        "-U",
                        binaries.resolve("postgres").toString(),
                        "-D",
                        data.toString(),
                        "-p",
                        Integer.toString(PORT),
                        "-c",
                        "listen_addresses=*",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "max_connections=100"))
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("log.txt").toFile())
                .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Stops at once and starts again with its data. */
    void restart() {
      stop();
      start();
      awaitReady(this);
    }

    /** Stops it at once, as its machine's loss of power does. */
    void stop() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      await().until(() -> !process.isAlive());
    }

    void freeze() {
      signalAll("STOP");
    }

    void thaw() {
      signalAll("CONT");
    }

    private void signalAll(String name) {
      Stream.concat(Stream.of(process.toHandle()), process.descendants())
          .forEach(each -> Hosts.signal(each.pid(), name));
    }

    void promote() {
      sql().sql("select pg_promote()").query(Boolean.class).single();
    }

    JdbcClient sql() {
      return client("jdbc:postgresql://" + host.address() + ":" + PORT + "/postgres");
    }
  }

  final Server primary;
  final Server standby;

  private final Path binaries;

  /** Starts both, with their data in a folder. */
  HostedPostgres(Hosts hosts, Path folder) {
    Path primaryData = folder.resolve("primary");
    Path standbyData = folder.resolve("standby");
    primary = new Server(hosts.add("pg-a"), primaryData);
    standby = new Server(hosts.add("pg-b"), standbyData);
    try {
      EmbeddedPostgres.builder()
          .setPort(RunningVitalroutes.freePort())
          .setDataDirectory(primaryData)
          .setCleanDataDirectory(false)
          // A standby refuses to have fewer than its primary had.
          .setServerConfig("max_connections", "100")
          .start()
          .close();
      binaries = binaries();
      Files.writeString(primaryData.resolve("pg_hba.conf"), ANYBODY, StandardOpenOption.APPEND);
      append(primaryData, "wal_keep_size = '512MB'\nfsync = on\nsynchronous_commit = on\n");
      try (Stream<Path> all = Files.walk(primaryData)) {
        for (Path each : all.toList()) {
          Files.copy(
              each,
              standbyData.resolve(primaryData.relativize(each)),
              StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
      append(primaryData, "synchronous_standby_names = '*'\n");
      append(
          standbyData, "primary_conninfo = 'host=" + primary.host.address() + " user=postgres'\n");
      Files.createFile(standbyData.resolve("standby.signal"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    primary.start();
    standby.start();
    awaitReady(primary);
    awaitReady(standby);
    await()
        .until(
            () ->
                primary
                    .sql()
                    .sql("select count(*) from pg_stat_replication where sync_state = 'sync'")
                    .query(Long.class)
                    .single()
                    .equals(1L));
  }

  private static void append(Path data, String lines) throws IOException {
    Files.writeString(data.resolve("postgresql.auto.conf"), lines, StandardOpenOption.APPEND);
  }

  /** Where the binaries of Maven have been unpacked. */
  private static Path binaries() throws IOException {
    Path unpacked = Path.of(System.getProperty("java.io.tmpdir"), "embedded-pg");
    try (Stream<Path> versions = Files.list(unpacked)) {
      List<Path> found =
          versions
              .map(version -> version.resolve("bin"))
              .filter(bin -> Files.exists(bin.resolve("postgres")))
              .toList();
      return found.get(0);
    }
  }

  private static void awaitReady(Server server) {
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptionsInstanceOf(DataAccessException.class)
        .until(() -> server.sql().sql("select 1").query(Integer.class).single() == 1);
  }

  /** A URL that finds the primary. */
  String url() {
    return "jdbc:postgresql://%s:%d,%s:%d/postgres?targetServerType=primary"
        .formatted(primary.host.address(), PORT, standby.host.address(), PORT);
  }

  static JdbcClient client(String url) {
    return JdbcClient.create(new DriverManagerDataSource(url, "postgres", "postgres"));
  }

  @Override
  public void close() {
    standby.stop();
    primary.stop();
  }
}
