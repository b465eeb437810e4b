package org.vitalroutes.store;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Lane;
import org.vitalroutes.sync.LeaseLostException;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;

/** Work that waits and work in hand. Leases are by the database's clock. */
public final class SyncRequests implements AutoCloseable {

  private static final String MINE = " where id = :id and fence = :fence and leased_by = :worker";

  private final UUID worker = UUID.randomUUID();
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  public SyncRequests(JdbcClient jdbc, TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  /** This replica, as the holder of leases. */
  public UUID worker() {
    return worker;
  }

  /** Asks for a window; one that waits already is widened. A wait after a failure is kept. */
  public void request(UUID account, DataKind kind, Lane lane, Window window) {
    jdbc.sql(
            """
            insert into sync_request as waiting (account_id, kind, lane, window_from, window_to)
            values (:account, :kind, :lane, :from, :to)
            on conflict (account_id, kind, lane) do update set
              window_from = least(waiting.window_from, excluded.window_from),
              window_to = greatest(waiting.window_to, excluded.window_to),
              hints = waiting.hints + 1,
              not_before = case when waiting.tries > 0 and waiting.leased_by is null
                then waiting.not_before else least(waiting.not_before, now()) end
            """)
        .param("account", account)
        .param("kind", kind.code())
        .param("lane", lane.ordinal())
        .param("from", window.from().atOffset(ZoneOffset.UTC))
        .param("to", window.to().atOffset(ZoneOffset.UTC))
        .update();
  }

  /** Reads a row that the claim returned. */
  public static SyncRequest of(Map<String, @Nullable Object> row) {
    Instant from = instant(row.get("window_from"));
    Instant to = instant(row.get("window_to"));
    return new SyncRequest(
        (Long) required(row, "id"),
        (Long) required(row, "fence"),
        (Integer) required(row, "hints"),
        new AccountRef(
            (UUID) required(row, "account_id"),
            (String) required(row, "subject"),
            (String) required(row, "external_user_id"),
            (String) row.get("patient_id")),
        DataKind.of((String) required(row, "kind")),
        Lane.values()[((Number) required(row, "lane")).intValue()],
        from == null || to == null ? null : new Window(from, to),
        instant(row.get("since")),
        (Integer) required(row, "tries"),
        (UUID) required(row, "leased_by"));
  }

  /**
   * Makes sure that the request is still ours, before something is sent for it.
   *
   * @throws LeaseLostException when another worker has taken it over
   */
  public void hold(SyncRequest request) {
    int held =
        mine("update sync_request set leased_until = now() + interval '30 seconds'", request)
            .update();
    if (held == 0) {
      throw new LeaseLostException(request);
    }
  }

  /**
   * Ends a request that was served, or leaves it waiting when a hint came meanwhile.
   *
   * @param servedUntil when the fetch began: what changed at Withings before then is known
   * @throws LeaseLostException when another worker has taken it over
   */
  public void complete(SyncRequest request, Instant servedUntil) {
    transaction.executeWithoutResult(
        status -> {
          int ended =
              mine("delete from sync_request", " and hints = :hints", request)
                  .param("hints", request.hints())
                  .update();
          if (ended == 0) {
            ended =
                mine(
                        """
                        update sync_request set leased_by = null, leased_until = null, tries = 0,
                          problem = null, not_before = now()
                        """,
                        request)
                    .update();
          }
          if (ended == 0) {
            throw new LeaseLostException(request);
          }
          advance(request, servedUntil);
        });
  }

  private void advance(SyncRequest request, Instant servedUntil) {
    jdbc.sql(
            """
            update cursor set
              last_synced_at = now(),
              last_update = case when :poll then greatest(last_update, :until) else last_update end,
              history_filled_at = case when :history
                then coalesce(history_filled_at, now()) else history_filled_at end
            where account_id = :account and kind = :kind
            """)
        .param("poll", request.since() != null)
        .param("history", request.lane() == Lane.CONNECTION)
        .param("until", servedUntil.atOffset(ZoneOffset.UTC))
        .param("account", request.account().id())
        .param("kind", request.kind().code())
        .update();
  }

  /** Gives a request back, to be tried again after a while. Nothing happens when it is not ours. */
  public void retryLater(SyncRequest request, Duration wait, String problem) {
    mine(
            """
            update sync_request set leased_by = null, leased_until = null, problem = :problem,
              not_before = now() + make_interval(secs => :seconds)
            """,
            request)
        .param("problem", problem)
        .param("seconds", wait.toMillis() / 1000.0)
        .update();
  }

  /** Puts a request aside for a person, with its reason. Nothing happens when it is not ours. */
  public void park(SyncRequest request, String reason, String detail) {
    jdbc.sql(
            """
            with gone as (
              delete from sync_request where id = :id and fence = :fence and leased_by = :worker
              returning account_id, kind, lane, window_from, window_to, since, tries)
            insert into parked
              (account_id, kind, lane, window_from, window_to, since, tries, reason, detail)
            select account_id, kind, lane, window_from, window_to, since, tries, :reason, :detail
            from gone
            """)
        .param("id", request.id())
        .param("fence", request.fence())
        .param("worker", request.worker())
        .param("reason", reason)
        .param("detail", detail)
        .update();
  }

  /** Extends what this process has in hand, and frees what a dead one left. */
  public void tendLeases() {
    jdbc.sql(
            """
            update sync_request set leased_until = now() + interval '30 seconds'
            where leased_by = ? and leased_until > now()
            """)
        .param(worker)
        .update();
    jdbc.sql(
            """
            update sync_request set leased_by = null, leased_until = null, not_before = now()
            where leased_by is not null and leased_until < now()
            """)
        .update();
  }

  /** Frees what this replica has in hand, so that another goes on with it at once. */
  @Override
  public void close() {
    jdbc.sql(
            """
            update sync_request set leased_by = null, leased_until = null, not_before = now()
            where leased_by = ?
            """)
        .param(worker)
        .update();
  }

  private JdbcClient.StatementSpec mine(String sql, SyncRequest request) {
    return mine(sql, "", request);
  }

  private JdbcClient.StatementSpec mine(String sql, String more, SyncRequest request) {
    return jdbc.sql(sql + MINE + more)
        .param("id", request.id())
        .param("fence", request.fence())
        .param("worker", request.worker());
  }

  private static Object required(Map<String, @Nullable Object> row, String column) {
    Object value = row.get(column);
    if (value == null) {
      throw new IllegalStateException("the claim returned no " + column);
    }
    return value;
  }

  private static @Nullable Instant instant(@Nullable Object value) {
    return value == null ? null : ((Timestamp) value).toInstant();
  }
}
