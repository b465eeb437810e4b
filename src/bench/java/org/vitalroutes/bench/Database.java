package org.vitalroutes.bench;

import java.time.Duration;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The measured database, seen from outside. */
final class Database {

  private Database() {}

  /** Opens a connection for each statement; for single queries outside measurements. */
  static JdbcClient client(String url) {
    return JdbcClient.create(new DriverManagerDataSource(url, "postgres", "postgres"));
  }

  /** Uses one connection; for timed or repeated queries. */
  static JdbcClient connected(String url) {
    return JdbcClient.create(new SingleConnectionDataSource(url, "postgres", "postgres", true));
  }

  /** Processor seconds of the server and its processes. */
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
   * Waits until no request waits or is in flight.
   *
   * @param jdbc with one connection, because a new one for each poll would disturb the measurement
   */
  static void awaitIdle(JdbcClient jdbc) {
    while (jdbc.sql(
            """
            select exists (
              select from sync_request where priority <> 'recheck' or not_before <= now())
            """)
        .query(Boolean.class)
        .single()) {
      Pause.millis(100);
    }
  }
}
