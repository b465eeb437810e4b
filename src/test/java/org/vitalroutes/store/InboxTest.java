package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.store.Inbox.Arrival;
import org.vitalroutes.store.Inbox.Waiting;
import org.vitalroutes.testsupport.FaultProxy;
import org.vitalroutes.testsupport.LocalPostgres;

/** Storing notifications while the database or the network to it fails. */
class InboxTest {

  private static final Duration WITHINGS_WAITS = Duration.ofSeconds(2);

  private static final String UNKNOWN = "repeated-appli,unknown-user";

  private FaultProxy proxy;
  private HikariDataSource pool;
  private Inbox inbox;
  private JdbcClient jdbc;

  @BeforeEach
  void open() {
    String url = LocalPostgres.shared().newDatabase();
    Flyway.configure().dataSource(url, "postgres", "postgres").load().migrate();
    proxy = new FaultProxy(LocalPostgres.shared().port());
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(
        url.replaceFirst(":\\d+/", ":" + proxy.port() + "/")
            + "?socketTimeout=60&connectTimeout=5&loginTimeout=2");
    config.setUsername("postgres");
    config.setPassword("postgres");
    config.setMaximumPoolSize(3);
    config.setConnectionTimeout(1000);
    config.setValidationTimeout(500);
    pool = new HikariDataSource(config);
    jdbc = JdbcClient.create(pool);
    inbox = new Inbox(pool, jdbc);
    assertThat(isStored()).isTrue();
  }

  @AfterEach
  void close() {
    inbox.close();
    pool.close();
    proxy.close();
  }

  @Test
  void a_connection_that_was_cut_is_replaced_and_nobody_is_refused() {
    proxy.reset();

    assertThat(isStored()).isTrue();
  }

  @Test
  void while_the_database_says_nothing_everybody_is_refused_in_time() {
    proxy.swallow();

    List<CompletableFuture<Duration>> waits =
        IntStream.range(0, 50).mapToObj(i -> CompletableFuture.supplyAsync(this::refusal)).toList();

    assertThat(waits).allSatisfy(wait -> assertThat(wait.join()).isLessThan(WITHINGS_WAITS));
  }

  @Test
  void when_it_is_known_to_fail_only_one_waits_and_the_rest_is_refused_at_once() {
    proxy.refuse();
    refusal();

    List<Duration> waits =
        IntStream.range(0, 20)
            .mapToObj(i -> CompletableFuture.supplyAsync(this::refusal))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();

    assertThat(waits).allSatisfy(wait -> assertThat(wait).isLessThan(WITHINGS_WAITS));
    assertThat(waits).filteredOn(wait -> wait.toMillis() < 200).hasSizeGreaterThan(10);
  }

  @Test
  void it_stores_again_soon_after_a_black_hole_has_closed() {
    proxy.swallow();
    refusal();

    proxy.heal();

    // Far less than the minute for which such a connection is otherwise believed.
    await().atMost(Duration.ofSeconds(15)).until(this::isStored);
  }

  @Test
  void a_refused_notification_is_not_stored_afterwards() {
    proxy.refuse();
    for (int i = 0; i < 3; i++) {
      refusal();
    }
    proxy.heal();

    await().atMost(Duration.ofSeconds(15)).until(this::isStored);

    assertThat(jdbc.sql("select count(*) from notification").query(Long.class).single())
        .isEqualTo(2);
  }

  @Test
  void what_is_taken_says_whose_it_is_and_is_taken_once() {
    jdbc.sql("truncate notification").update();
    connect("11", "reconnect_required");
    connect("12", "disconnected");
    for (String user : new String[] {"11", "12", "13", null}) {
      inbox.store(
          new Arrival(Instant.now(), user, 1, new byte[] {1}, List.of("repeated-appli"), "its-id"));
    }

    List<Waiting> taken = inbox.take("withings", 10);

    assertThat(taken).extracting(Waiting::id).isSorted().hasSize(4);
    assertThat(taken.get(0).account()).isEqualTo(account("11"));
    assertThat(taken.subList(1, 4)).extracting(Waiting::account).containsOnlyNulls();
    assertThat(inbox.anyWaiting()).isFalse();
    assertThat(oddities()).containsExactly("repeated-appli", UNKNOWN, UNKNOWN, UNKNOWN);
  }

  @Test
  void taking_holds_no_connection() {
    for (int i = 0; i <= pool.getMaximumPoolSize(); i++) {
      inbox.take("withings", 1);
    }

    assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    assertThat(isStored()).isTrue();
  }

  @Test
  void what_is_dispatched_again_is_no_longer_unknown_once_its_user_is_connected() {
    jdbc.sql("truncate notification").update();
    inbox.store(
        new Arrival(Instant.now(), "11", 1, new byte[] {1}, List.of("repeated-appli"), "its-id"));
    assertThat(inbox.take("withings", 10)).extracting(Waiting::account).containsOnlyNulls();
    connect("11", "connected");
    jdbc.sql("update notification set dispatched_at = null").update();

    assertThat(inbox.take("withings", 10))
        .extracting(Waiting::account)
        .containsExactly(account("11"));
    assertThat(oddities()).containsExactly("repeated-appli");
  }

  private void connect(String user, String status) {
    jdbc.sql(
            """
            insert into connected_account (provider, subject, external_user_id, status, scopes)
            values ('withings', 'ada', ?, ?, 'user.metrics')
            """)
        .param(user)
        .param(status)
        .update();
  }

  private UUID account(String user) {
    return jdbc.sql("select id from connected_account where external_user_id = ?")
        .param(user)
        .query(UUID.class)
        .single();
  }

  private List<String> oddities() {
    return jdbc.sql("select array_to_string(oddities, ',') from notification order by id")
        .query(String.class)
        .list();
  }

  private Duration refusal() {
    long began = System.nanoTime();
    assertThatThrownBy(this::store).isInstanceOf(InboxUnavailableException.class);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private boolean isStored() {
    try {
      store();
      return true;
    } catch (InboxUnavailableException e) {
      return false;
    }
  }

  private void store() {
    inbox.store(
        new Arrival(
            Instant.now(),
            "1",
            1,
            "userid=1&appli=1".getBytes(StandardCharsets.UTF_8),
            List.of(),
            "the-correlation"));
  }
}
