package org.vitalroutes.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.store.Inbox;
import org.vitalroutes.store.Inbox.Arrival;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.ClaimLimit;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.SyncTrigger;
import org.vitalroutes.sync.Window;
import org.vitalroutes.testsupport.LocalPostgres;

/**
 * Cost of a notification and of a claim in a database with a million accounts and notifications,
 * compared with one of a thousand accounts.
 */
final class GrowthBench {

  private static final int SMALL = 1_000;
  private static final int LARGE = 1_000_000;
  private static final int TIMES = 2_000;
  private static final int CLAIM = 8;

  private final JdbcClient jdbc;
  private final Inbox inbox;
  private final SyncRequests requests;
  private final List<UUID> accounts;

  private GrowthBench(int accounts, int notifications) {
    HikariDataSource database = new HikariDataSource();
    database.setJdbcUrl(LocalPostgres.shared().newDatabase());
    database.setUsername("postgres");
    database.setPassword("postgres");
    Flyway.configure().dataSource(database).load().migrate();
    jdbc = JdbcClient.create(database);
    inbox = new Inbox(database, jdbc);
    requests =
        new SyncRequests(jdbc, new TransactionTemplate(new DataSourceTransactionManager(database)));
    jdbc.sql(
            """
            insert into connected_account (provider, subject, external_user_id, status, scopes)
            select 'withings', 'bench-' || i, i::text, 'connected', 'user.metrics'
            from generate_series(1, ?) i
            """)
        .param(accounts)
        .update();
    jdbc.sql(
            """
            insert into cursor (account_id, kind, last_update, last_synced_at)
            select id, 'measures', now(), now() from connected_account
            """)
        .update();
    jdbc.sql(
            """
            insert into notification (received_at, user_id, appli, body, oddities, dispatched_at)
            select now() - i * interval '1 second', i::text, 1,
              'userid=1&appli=1&startdate=1767225600&enddate=1767229200', '{}', now()
            from generate_series(1, ?) i
            """)
        .param(notifications)
        .update();
    jdbc.sql("vacuum analyze").update();
    this.accounts =
        jdbc.sql("select id from connected_account order by random() limit ?")
            .param(TIMES)
            .query(UUID.class)
            .list();
  }

  static List<Figure> run(int rounds) {
    GrowthBench small = new GrowthBench(SMALL, 0);
    GrowthBench large = new GrowthBench(LARGE, LARGE);
    List<Double> notification = new ArrayList<>();
    List<Double> notificationSmall = new ArrayList<>();
    List<Double> claimed = new ArrayList<>();
    List<Double> claimedSmall = new ArrayList<>();
    small.notifications();
    large.notifications();
    for (int round = 0; round < rounds; round++) {
      notificationSmall.add(small.notifications());
      notification.add(large.notifications());
      claimedSmall.add(small.claims());
      claimed.add(large.claims());
    }
    String note = LARGE + " accounts and inbox rows against " + SMALL + " and 0";
    return List.of(
        Figure.against(
            "growth",
            "to store and dispatch a notification",
            "ms",
            notification,
            "in a small database",
            notificationSmall,
            1.25,
            true,
            note),
        Figure.against(
            "growth",
            "to claim and complete " + CLAIM + " requests",
            "ms",
            claimed,
            "in a small database",
            claimedSmall,
            1.25,
            true,
            note));
  }

  /** Milliseconds to store, take and mark one notification. */
  private double notifications() {
    Instant now = Instant.now();
    byte[] body = "userid=1&appli=1&startdate=1767225600&enddate=1767229200".getBytes();
    long begun = System.nanoTime();
    for (int i = 0; i < TIMES; i++) {
      inbox.store(new Arrival(now, "1", 1, body, List.of(), "the-correlation"));
      inbox.take("withings", 1_000);
    }
    return (System.nanoTime() - begun) / 1e6 / TIMES;
  }

  /** Milliseconds to claim and complete {@value #CLAIM} requests. */
  private double claims() {
    Window window = new Window(Instant.now().minusSeconds(60), Instant.now());
    requests.trigger(
        accounts.stream()
            .map(
                account ->
                    new SyncTrigger(account, DataKind.MEASURES, window, Instant.now(), "its-id"))
            .toList(),
        Duration.ZERO,
        Duration.ZERO);
    long begun = System.nanoTime();
    int claims = 0;
    while (true) {
      List<SyncRequest> claimed = requests.claim(new ClaimLimit(CLAIM, CLAIM, Priority.WITHDRAWAL));
      if (claimed.isEmpty()) {
        break;
      }
      claims++;
      claimed.forEach(request -> requests.complete(request, Instant.now()));
    }
    return (System.nanoTime() - begun) / 1e6 / claims;
  }
}
