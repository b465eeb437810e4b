package org.vitalroutes.bench;

import java.time.Duration;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The database that is measured, seen from outside. */
final class Database {

  private Database() {}

  /** With a new connection for each statement: for what is asked once, while nothing is timed. */
  static JdbcClient client(String url) {
    return JdbcClient.create(new DriverManagerDataSource(url, "postgres", "postgres"));
  }

  /** With one connection, for what is timed or asked again and again. */
  static JdbcClient connected(String url) {
    return JdbcClient.create(new SingleConnectionDataSource(url, "postgres", "postgres", true));
  }

  /** Processor seconds of the server and all its processes so far. */
  static double cpuSeconds(JdbcClient jdbc) {
    long child =
        jdbc.sql("select pid from pg_stat_activity where backend_type = 'checkpointer'")
            .query(Long.class)
            .single();
    ProcessHandle server = ProcessHandle.of(child).flatMap(ProcessHandle::parent).orElseThrow();
    return Stream.concat(Stream.of(server), server.children())
        .mapToDouble(each -> each.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9)
        .sum();
  }

  /**
   * Waits until no request waits or is in hand.
   *
   * @param jdbc with one connection: a new one for each look would slow down what is measured
   */
  static void awaitIdle(JdbcClient jdbc) {
    while (jdbc.sql("select exists (select from sync_request)").query(Boolean.class).single()) {
      Pause.millis(100);
    }
  }
}
