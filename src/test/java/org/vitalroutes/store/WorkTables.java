package org.vitalroutes.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.sync.ClaimLimit;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.testsupport.LocalPostgres;

/** A real database with accounts, cursors and work, and the statements that the routes run. */
final class WorkTables {

  private static final Pattern PARAMETER = Pattern.compile("'\\$\\{properties:([a-z.-]+)}'");

  final DataSource database = LocalPostgres.shared().newPool();
  final JdbcClient jdbc = JdbcClient.create(database);

  WorkTables() {
    Flyway.configure().dataSource(database).load().migrate();
  }

  /** A replica's view of the work. */
  SyncRequests replica() {
    return new SyncRequests(
        jdbc, new TransactionTemplate(new DataSourceTransactionManager(database)));
  }

  /** The backlog metrics, queried now. */
  BacklogMetrics metrics() {
    return metrics(Clock.systemUTC());
  }

  /** The backlog metrics at the time of a clock. */
  BacklogMetrics metrics(Clock clock) {
    return new BacklogMetrics(new JdbcTemplate(database), statement("backlog-metrics"), 120, clock);
  }

  /** A connected account whose Patient is known, with a cursor for every kind. */
  UUID account(String user) {
    UUID account =
        jdbc.sql(
                """
                insert into connected_account
                  (provider, subject, external_user_id, status, scopes, patient_id)
                values ('withings', ?, ?, 'connected', 'user.metrics,user.activity', '1')
                returning id
                """)
            .param(user)
            .param(user)
            .query(UUID.class)
            .single();
    for (DataKind kind : DataKind.values()) {
      jdbc.sql("insert into cursor (account_id, kind, last_update) values (?, ?, now())")
          .param(account)
          .param(kind.code())
          .update();
    }
    return account;
  }

  /** The claim of a replica. */
  List<SyncRequest> claim(SyncRequests replica, int limit) {
    return replica.claim(new ClaimLimit(limit, limit, Priority.WITHDRAWAL));
  }

  /** The only thing that is to be done. */
  SyncRequest claimOne(SyncRequests replica) {
    List<SyncRequest> claimed = claim(replica, 10);
    if (claimed.size() != 1) {
      throw new AssertionError(claimed.size() + " requests were claimed, not one");
    }
    return claimed.get(0);
  }

  /** A row of the table cursor. */
  Map<String, Object> cursor(UUID account, DataKind kind) {
    return jdbc.sql("select * from cursor where account_id = ? and kind = ?")
        .param(account)
        .param(kind.code())
        .query()
        .singleRow();
  }

  static Instant instant(Object timestamp) {
    return ((java.sql.Timestamp) timestamp).toInstant();
  }

  /** A statement of the routes, its parameters written as Spring writes them. */
  static String statement(String name) {
    try {
      String text =
          new ClassPathResource("sql/" + name + ".sql").getContentAsString(StandardCharsets.UTF_8);
      return PARAMETER
          .matcher(text)
          .replaceAll(found -> ":" + found.group(1).replaceAll("[.-]", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
