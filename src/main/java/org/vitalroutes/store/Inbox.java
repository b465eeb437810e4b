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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The inbox of notifications. Storing returns only after the commit; concurrent notifications share
 * a commit.
 */
public final class Inbox implements AutoCloseable {

  /** Withings times out after two seconds; the answer must be sent before. */
  private static final Duration PATIENCE = Duration.ofMillis(1250);

  /** Socket timeout of the inbox pool. */
  private static final int SILENCE_MILLIS = 1000;

  /** A start waits longer for a database that is busy. */
  private static final int START_MILLIS = 30_000;

  private static final int WRITERS = 2;

  /** How long a writer commits alone: the longer a batch, the less a notification costs. */
  private static final int TURN_MILLIS = 50;

  private static final int MOST_WAITING = 10_000;
  private static final int MOST_IN_ONE_COMMIT = 500;

  private static final Logger log = LoggerFactory.getLogger(Inbox.class);

  /**
   * A verified notification as it arrived.
   *
   * @param body the raw body
   * @param oddities what is unusual about it
   * @param correlation id of the notification and its consequences in the log
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Arrival(
      Instant receivedAt,
      @Nullable String userId,
      @Nullable Integer appli,
      byte[] body,
      List<String> oddities,
      String correlation) {}

  /** A notification that waits for its commit. */
  private record Entry(Arrival arrival, CompletableFuture<@Nullable Void> stored) {}

  /**
   * A notification that is not dispatched yet.
   *
   * @param id row id
   * @param receivedAt when it arrived
   * @param body the raw body
   * @param correlation id of the notification and its consequences in the log
   * @param account the connected account of its user id; null when there is none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Waiting(
      long id, Instant receivedAt, byte[] body, String correlation, @Nullable UUID account) {}

  /**
   * Taken by the writer whose turn it is; the other waits for it, but not when a commit takes long.
   */
  private final Semaphore turn = new Semaphore(1);

  private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(MOST_WAITING);
  private final List<Thread> writers = new ArrayList<>();
  private final DataSource dataSource;
  private final JdbcClient jdbc;
  private final Runnable afterwards;
  private volatile boolean closed;

  /** Whether the last known commit failed. */
  private volatile boolean failing;

  /** Uses connections of a data source that it does not close. */
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
   * Uses a connection pool of its own, configured like the main one: when every connection of that
   * pool waits for a silent database, notifications still detect its recovery.
   */
  public static Inbox beside(HikariDataSource others, JdbcClient jdbc) {
    HikariConfig config = new HikariConfig();
    others.copyStateTo(config);
    config.setPoolName("inbox");
    config.setMinimumIdle(WRITERS);
    config.setMaximumPoolSize(WRITERS);
    config.setConnectionTimeout(SILENCE_MILLIS);
    config.setValidationTimeout(SILENCE_MILLIS / 2);
    config.setInitializationFailTimeout(START_MILLIS);
    HikariDataSource own = new HikariDataSource(config);
    return new Inbox(own, jdbc, own::close);
  }

  /**
   * Stores a notification durably. While the database fails, one notification at a time probes it
   * and the others are refused at once; otherwise they would hold every thread of the public port.
   *
   * @throws InboxUnavailableException when the commit is not confirmed in time
   */
  public void store(Arrival arrival) {
    Entry entry = new Entry(arrival, new CompletableFuture<>());
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

  /**
   * Stores notifications in one commit, which nobody waits for.
   *
   * @throws InboxUnavailableException when it fails
   */
  public void storeAll(List<Arrival> arrivals) {
    try {
      insert(arrivals);
    } catch (SQLException e) {
      throw new InboxUnavailableException("the database refused");
    }
  }

  /**
   * Whether any notification waits; polled several times a second, and cheaper than {@link #take}.
   */
  public boolean anyWaiting() {
    return jdbc.sql("select exists (select from notification where dispatched_at is null)")
        .query(Boolean.class)
        .single();
  }

  /**
   * Takes the oldest waiting notifications and marks them as dispatched within the caller's
   * transaction; other replicas skip them. Notifications of unknown users are marked as such.
   *
   * @param provider provider of the user ids
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
            -- The partial index is small, however large the inbox is.
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
        commit(batch);
        failing = false;
        batch.forEach(entry -> entry.stored().complete(null));
      } catch (InterruptedException e) {
        batch.forEach(entry -> entry.stored().completeExceptionally(e));
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

  private void commit(List<Entry> batch) throws InterruptedException, SQLException {
    boolean alone = turn.tryAcquire(TURN_MILLIS, TimeUnit.MILLISECONDS);
    try {
      queue.drainTo(batch, MOST_IN_ONE_COMMIT - 1);
      // Drops entries whose caller has timed out; Withings retries those.
      batch.removeIf(entry -> entry.stored().isDone());
      insertAgainIfCut(batch);
    } finally {
      if (alone) {
        turn.release();
      }
    }
  }

  /** Retries once on a new connection when the database has closed the pooled one. */
  private void insertAgainIfCut(List<Entry> batch) throws SQLException {
    try {
      insert(arrivals(batch));
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
      insert(arrivals(batch));
    }
  }

  private static List<Arrival> arrivals(List<Entry> batch) {
    return batch.stream().map(Entry::arrival).toList();
  }

  private void insert(List<Arrival> batch) throws SQLException {
    int n = batch.size();
    Timestamp[] received = new Timestamp[n];
    @Nullable String[] users = new String[n];
    @Nullable Integer[] applis = new Integer[n];
    byte[][] bodies = new byte[n][];
    String[] oddities = new String[n];
    String[] correlations = new String[n];
    for (int i = 0; i < n; i++) {
      Arrival arrival = batch.get(i);
      received[i] = Timestamp.from(arrival.receivedAt());
      users[i] = arrival.userId();
      applis[i] = arrival.appli();
      bodies[i] = arrival.body();
      oddities[i] = String.join(",", arrival.oddities());
      correlations[i] = arrival.correlation();
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
