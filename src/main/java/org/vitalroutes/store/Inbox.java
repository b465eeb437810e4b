package org.vitalroutes.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The inbox of notifications. Storing returns only after the commit; what comes at the same time
 * shares one.
 */
public final class Inbox implements AutoCloseable {

  /** Withings gives up after two seconds; by then the answer must be under way. */
  private static final Duration PATIENCE = Duration.ofMillis(1250);

  /** A connection that says nothing for so long is of no use to anybody who waits here. */
  private static final int SILENCE_MILLIS = 1000;

  private static final int WRITERS = 2;
  private static final int MOST_WAITING = 10_000;
  private static final int MOST_IN_ONE_COMMIT = 500;

  private static final Logger log = LoggerFactory.getLogger(Inbox.class);

  /** A notification on its way in. */
  private record Entry(
      Instant receivedAt,
      @Nullable String userId,
      @Nullable Integer appli,
      byte[] body,
      List<String> oddities,
      String correlation,
      CompletableFuture<@Nullable Void> stored) {}

  /**
   * A notification that nobody has acted on yet.
   *
   * @param id of the row
   * @param receivedAt when it came
   * @param body the raw body
   * @param correlation what the log calls it, and what comes of it
   * @param account whose data it is about; null when nobody is connected who goes by its user id
   */
  public record Waiting(
      long id, Instant receivedAt, byte[] body, String correlation, @Nullable UUID account) {}

  private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(MOST_WAITING);
  private final List<Thread> writers = new ArrayList<>();
  private final DataSource dataSource;
  private final JdbcClient jdbc;
  private final Runnable afterwards;
  private volatile boolean closed;

  /** The last thing that was known of the database is that it did not commit. */
  private volatile boolean failing;

  /** Stores with connections of that source, which it does not close. */
  public Inbox(DataSource dataSource, JdbcClient jdbc) {
    this(dataSource, jdbc, () -> {});
  }

  private Inbox(DataSource dataSource, JdbcClient jdbc, Runnable afterwards) {
    this.dataSource = dataSource;
    this.jdbc = jdbc;
    this.afterwards = afterwards;
    for (int i = 1; i <= WRITERS; i++) {
      Thread writer = new Thread(this::write, "inbox-writer-" + i);
      writer.setDaemon(true);
      writer.start();
      writers.add(writer);
    }
  }

  /**
   * Stores with connections of its own, set as the others are: when every one of those waits for a
   * database that says nothing, a notification finds out by itself whether it still does.
   */
  public static Inbox beside(HikariDataSource others, JdbcClient jdbc) {
    HikariConfig config = new HikariConfig();
    others.copyStateTo(config);
    config.setPoolName("inbox");
    config.setMinimumIdle(WRITERS);
    config.setMaximumPoolSize(WRITERS);
    config.setConnectionTimeout(SILENCE_MILLIS);
    config.setValidationTimeout(SILENCE_MILLIS / 2);
    HikariDataSource own = new HikariDataSource(config);
    return new Inbox(own, jdbc, own::close);
  }

  /**
   * Stores a notification durably. While the database fails, one after the other waits to see
   * whether it still does, and the rest is refused at once: waiting, they would hold every thread
   * of the public port.
   *
   * @param correlation what the log calls it, and what comes of it
   * @throws InboxUnavailableException when it is not known to be committed in time
   */
  public void store(
      Instant receivedAt,
      @Nullable String userId,
      @Nullable Integer appli,
      byte[] body,
      List<String> oddities,
      String correlation) {
    Entry entry =
        new Entry(
            receivedAt, userId, appli, body, oddities, correlation, new CompletableFuture<>());
    if (failing && !queue.isEmpty()) {
      throw new InboxUnavailableException("the database does not commit");
    }
    if (closed || !queue.offer(entry)) {
      throw new InboxUnavailableException("the inbox is full");
    }
    try {
      entry.stored().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InboxUnavailableException("interrupted");
    } catch (TimeoutException e) {
      failing = true;
      entry.stored().cancel(false);
      throw new InboxUnavailableException("the database did not commit in time");
    } catch (ExecutionException e) {
      throw new InboxUnavailableException("the database refused");
    }
  }

  /** Whether any waits to be acted on: asked several times a second, and cheaper than to take. */
  public boolean anyWait() {
    return jdbc.sql("select exists (select from notification where dispatched_at is null)")
        .query(Boolean.class)
        .single();
  }

  /**
   * The oldest notifications that nobody has acted on; that somebody has is noted with the end of
   * this transaction, and that nobody is connected by that user id at once. Other replicas pass
   * over them.
   *
   * @param provider whose user ids they name
   */
  public List<Waiting> take(String provider, int most) {
    return jdbc
        .sql(
            """
            update notification n
            set dispatched_at = now(), oddities = array_remove(n.oddities, 'unknown-user')
              || case when exists (
                  select from connected_account a
                  where a.provider = :provider and a.external_user_id = n.user_id
                    and a.status <> 'disconnected')
                then '{}' else array['unknown-user'] end
            -- The index of what waits is small, however large the inbox is.
            where n.dispatched_at is null and n.id = any(array(
              select id from notification
              where dispatched_at is null order by id limit :most for update skip locked))
            returning n.id, n.received_at, n.body,
              coalesce(n.correlation, gen_random_uuid()::text),
              (select a.id from connected_account a
                where a.provider = :provider and a.external_user_id = n.user_id
                  and a.status <> 'disconnected')
            """)
        .param("provider", provider)
        .param("most", most)
        .query(
            (row, i) ->
                new Waiting(
                    row.getLong(1),
                    row.getTimestamp(2).toInstant(),
                    row.getBytes(3),
                    row.getString(4),
                    row.getObject(5, UUID.class)))
        .list()
        .stream()
        .sorted(Comparator.comparingLong(Waiting::id))
        .toList();
  }

  private void write() {
    List<Entry> batch = new ArrayList<>();
    while (!closed) {
      try {
        Entry first = queue.poll(1, TimeUnit.SECONDS);
        if (first == null) {
          continue;
        }
        batch.add(first);
        queue.drainTo(batch, MOST_IN_ONE_COMMIT - 1);
        // Whoever has stopped waiting was told so; Withings sends it again.
        batch.removeIf(entry -> entry.stored().isDone());
        insertAgainIfCut(batch);
        failing = false;
        batch.forEach(entry -> entry.stored().complete(null));
      } catch (InterruptedException e) {
        break;
      } catch (SQLException | RuntimeException e) {
        failing = true;
        log.warn("{} notifications could not be stored: {}", batch.size(), e.getClass().getName());
        batch.forEach(entry -> entry.stored().completeExceptionally(e));
      } finally {
        batch.clear();
      }
    }
    List<Entry> left = new ArrayList<>();
    queue.drainTo(left);
    left.forEach(
        entry -> entry.stored().completeExceptionally(new IllegalStateException("closed")));
  }

  /** That the database has ended a connection meanwhile is no reason to refuse anything. */
  private void insertAgainIfCut(List<Entry> batch) throws SQLException {
    try {
      insert(batch);
    } catch (SQLTransientConnectionException e) {
      throw e;
    } catch (SQLException e) {
      if (!List.of("08", "57").contains(String.valueOf(e.getSQLState()).substring(0, 2))) {
        throw e;
      }
      batch.removeIf(entry -> entry.stored().isDone());
      if (batch.isEmpty()) {
        throw e;
      }
      insert(batch);
    }
  }

  private void insert(List<Entry> batch) throws SQLException {
    int n = batch.size();
    Timestamp[] received = new Timestamp[n];
    @Nullable String[] users = new String[n];
    @Nullable Integer[] applis = new Integer[n];
    byte[][] bodies = new byte[n][];
    String[] oddities = new String[n];
    String[] correlations = new String[n];
    for (int i = 0; i < n; i++) {
      Entry entry = batch.get(i);
      received[i] = Timestamp.from(entry.receivedAt());
      users[i] = entry.userId();
      applis[i] = entry.appli();
      bodies[i] = entry.body();
      oddities[i] = String.join(",", entry.oddities());
      correlations[i] = entry.correlation();
    }
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                insert into notification
                  (received_at, user_id, appli, body, oddities, correlation)
                select r, u, a, b, string_to_array(o, ','), c
                from unnest(?::timestamptz[], ?::text[], ?::int[], ?::bytea[], ?::text[],
                    ?::text[])
                  as t(r, u, a, b, o, c)
                """)) {
      connection.setNetworkTimeout(Runnable::run, SILENCE_MILLIS);
      Array[] columns = {
        connection.createArrayOf("timestamptz", received),
        connection.createArrayOf("text", users),
        connection.createArrayOf("int4", applis),
        connection.createArrayOf("bytea", bodies),
        connection.createArrayOf("text", oddities),
        connection.createArrayOf("text", correlations)
      };
      for (int i = 0; i < columns.length; i++) {
        insert.setArray(i + 1, columns[i]);
      }
      insert.executeUpdate();
    }
  }

  @Override
  public void close() {
    closed = true;
    writers.forEach(Thread::interrupt);
    try {
      for (Thread writer : writers) {
        writer.join(2L * SILENCE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    afterwards.run();
  }
}
