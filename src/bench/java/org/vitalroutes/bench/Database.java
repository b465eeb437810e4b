package org.vitalroutes.bench;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The database that is measured, seen from outside. */
final class Database {

  private Database() {}

  static JdbcClient client(String url) {
    return JdbcClient.create(new DriverManagerDataSource(url, "postgres", "postgres"));
  }

  /** With one connection, for what is timed. */
  static JdbcClient connected(String url) {
    return JdbcClient.create(new SingleConnectionDataSource(url, "postgres", "postgres", true));
  }

  /** Waits until no request waits or is in hand. */
  static void awaitIdle(JdbcClient jdbc) {
    while (jdbc.sql("select count(*) from sync_request").query(Long.class).single() > 0) {
      Pause.millis(20);
    }
  }
}
