package org.vitalroutes.testsupport;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A real PostgreSQL from Maven binaries, with production durability. */
public final class LocalPostgres implements AutoCloseable {

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final EmbeddedPostgres postgres;

  private LocalPostgres(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  /** Starts a server whose data is deleted when it stops. */
  public static LocalPostgres start() {
    return start(EmbeddedPostgres.builder());
  }

  /** Starts a server that keeps its data in a folder. */
  public static LocalPostgres start(Path dataDirectory) {
    return start(
        EmbeddedPostgres.builder().setDataDirectory(dataDirectory).setCleanDataDirectory(false));
  }

  private static LocalPostgres start(EmbeddedPostgres.Builder builder) {
    try {
      return new LocalPostgres(
          builder
              .setPort(RunningVitalroutes.freePort())
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("full_page_writes", "on")
              // A session zone other than UTC reveals code that relies on UTC.
              .setServerConfig("timezone", "Asia/Kathmandu")
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server shared by the tests of this JVM; each test class uses its own database. */
  public static LocalPostgres shared() {
    return Shared.INSTANCE;
  }

  private static final class Shared {
    static final LocalPostgres INSTANCE = closedAtExit();

    private static LocalPostgres closedAtExit() {
      LocalPostgres postgres = start();
      Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
      return postgres;
    }
  }

  /** The URL of a new, empty database. */
  public String newDatabase() {
    String name = "test_" + DATABASES.incrementAndGet();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return url(name);
  }

  /**
   * A connection pool of a new, empty database, because opening a connection costs more than most
   * tests.
   */
  public DataSource newPool() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(newDatabase());
    config.setUsername("postgres");
    config.setPassword("postgres");
    config.setMaximumPoolSize(12);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  /** The URL of the default database. */
  public String url() {
    return url("postgres");
  }

  public int port() {
    return postgres.getPort();
  }

  private String url(String database) {
    return "jdbc:postgresql://localhost:" + postgres.getPort() + "/" + database;
  }

  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
