package org.vitalroutes.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.operations.DeadLetterFilter;
import org.vitalroutes.operations.DeadLetterQuery;
import org.vitalroutes.operations.DeadLetterView;
import org.vitalroutes.operations.ReplayReceipt;

/**
 * Dead letters: work that waits for a person. A settled row stays, so that settling again changes
 * nothing.
 */
public final class DeadLetters {

  private static final String COLUMNS =
      """
      p.id, p.account_id, p.kind, p.priority, p.window_from, p.window_to, p.since, p.reason, p.detail,
      p.tries, p.created_at, p.key, p.resource_type, p.resource_id, p.settled, p.settled_at,
      p.settled_by, p.note, p.correlation
      """;

  private static final String MATCHES =
      """
       (:account::uuid is null or p.account_id = :account)
       and (:kind::text is null or p.kind = :kind) and (:priority::text is null or p.priority = cast(:priority as priority))
       and (:reason::text is null or p.reason = :reason)
       and (:since::timestamptz is null or p.created_at >= :since)
       and (:until::timestamptz is null or p.created_at < :until)
      """;

  /** A held resource is released by its id or by a filter on its reason, never as a side effect. */
  private static final String RELEASES =
      MATCHES + " and (p.reason <> '%1$s' or :reason = '%1$s')".formatted(Ledger.AMBIGUOUS_OWNER);

  /**
   * A replayed poll gets the priority of polls, a window never does: a sync request is one or the
   * other.
   */
  private static final String REPLAY =
      """
      with settled as (
        update dead_letter p set settled = 'replayed', settled_at = now(), settled_by = :actor,
          note = nullif(:note, '')
        from connected_account a
        where a.id = p.account_id and p.settled is null and %s
          and (p.event_id is not null or (a.status = 'disconnected') = (p.priority = 'withdrawal'))
        returning p.*),
      sent_again as (
        update event e set dead_at = null from settled s where e.id = s.event_id
        returning e.sink, e.account_id),
      queued_events as (
        insert into event_queue (sink, account_id) select distinct sink, account_id from sent_again
        on conflict (sink, account_id) do update set
          not_before = now(), tries = 0, failing_since = null),
      -- What an operator has approved needs no second read.
      approved as (
        insert into recheck (account_id, kind, reason, window_from, window_to, due_at)
        select account_id, kind, 'approved-removal', window_from, window_to, now()
        from settled where reason = 'mass-withdrawal'),
      queued as (
        insert into sync_request as waiting
          (account_id, kind, priority, window_from, window_to, since)
        select account_id, kind, to_priority, min(window_from), max(window_to), min(since)
        from (
          select s.*, case when since is not null then 'catch-up'::priority
            when priority = 'catch-up' then 'backfill' else priority end as to_priority
          from settled s where event_id is null) s
        group by account_id, kind, to_priority
        on conflict (account_id, kind, priority) do update set
      """
          + SyncRequests.MERGE_WINDOW
          + """
              ,
              since = least(waiting.since, excluded.since),
              triggers = waiting.triggers + 1,
              not_before = least(waiting.not_before, now()))
          select count(*) from settled
          """;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Audit audit;

  public DeadLetters(JdbcClient jdbc, TransactionTemplate transaction, Audit audit) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.audit = audit;
  }

  /** A page, oldest first; reading it is audited. */
  public DeadLetterView.Page list(DeadLetterQuery query, String actor) {
    return inTransaction(
        () -> {
          String state = "waiting".equals(query.state()) ? null : query.state();
          List<DeadLetterView> rows =
              matching(
                      "select "
                          + COLUMNS
                          + " from dead_letter p where "
                          + MATCHES
                          + " and p.settled is not distinct from :state and p.id > :after"
                          + " order by p.id limit :limit",
                      query.filter())
                  .param("state", state, Types.VARCHAR)
                  .param("after", query.after())
                  .param("limit", query.limit() + 1)
                  .query((row, i) -> view(row))
                  .list();
          long total =
              matching(
                      "select count(*) from dead_letter p where "
                          + MATCHES
                          + " and p.settled is not distinct from :state",
                      query.filter())
                  .param("state", state, Types.VARCHAR)
                  .query(Long.class)
                  .single();
          boolean more = rows.size() > query.limit();
          List<DeadLetterView> page = more ? rows.subList(0, query.limit()) : rows;
          audit.recordRead(
              actor, "read_dead_letters", query.filter().account(), "rows of " + query.filter());
          return new DeadLetterView.Page(page, total, more ? page.get(page.size() - 1).id() : null);
        });
  }

  /** The newest dead letters of an account, settled ones included. */
  List<DeadLetterView> ofAccount(UUID account, int limit) {
    return jdbc.sql(
            "select "
                + COLUMNS
                + " from dead_letter p where p.account_id = ? order by p.id desc limit ?")
        .param(account)
        .param(limit)
        .query((row, i) -> view(row))
        .list();
  }

  /**
   * Queues a sync request for a dead letter. Idempotent.
   *
   * @throws ApiException when it does not exist, is discarded, or its account is disconnected
   */
  public DeadLetterView replay(long id, String actor, String note) {
    return inTransaction(
        () -> {
          DeadLetterView found = locked(id);
          if (found.state().equals("discarded")) {
            throw settled(found);
          }
          if (!found.state().equals("waiting")) {
            return found;
          }
          int replayed =
              replayed(jdbc.sql(REPLAY.formatted("p.id = :id")).param("id", id), actor, note);
          if (replayed == 0) {
            throw new ApiException(
                409, "account_disconnected", "Its account is disconnected; discard it instead");
          }
          audit.record(
              actor, "replay_dead_letter", found.account(), describe("dead letter " + id, note));
          return locked(id);
        });
  }

  /**
   * Queues sync requests for all matching dead letters; requests of the same account and kind are
   * merged.
   */
  public ReplayReceipt replay(DeadLetterFilter filter, String actor, String note) {
    return inTransaction(
        () -> {
          int replayed = replayed(matching(REPLAY.formatted(RELEASES), filter), actor, note);
          int left =
              matching(
                      "select count(*) from dead_letter p where p.settled is null and " + MATCHES,
                      filter)
                  .query(Integer.class)
                  .single();
          audit.record(
              actor,
              "replay_dead_letter",
              filter.account(),
              describe(replayed + " dead letters of " + filter, note));
          return new ReplayReceipt(replayed, left);
        });
  }

  /**
   * Discards a dead letter. Idempotent.
   *
   * @throws ApiException when it does not exist, or was replayed or delivered
   */
  public DeadLetterView discard(long id, String actor, String reason) {
    return inTransaction(
        () -> {
          DeadLetterView found = locked(id);
          if (found.state().equals("discarded")) {
            return found;
          }
          if (!found.state().equals("waiting")) {
            throw settled(found);
          }
          jdbc.sql(
                  """
                  update dead_letter set settled = 'discarded', settled_at = now(), settled_by = :actor,
                    note = :reason
                  where id = :id
                  """)
              .param("actor", actor)
              .param("reason", reason)
              .param("id", id)
              .update();
          jdbc.sql("delete from event where id = (select event_id from dead_letter where id = ?)")
              .param(id)
              .update();
          audit.record(
              actor, "discard_dead_letter", found.account(), describe("dead letter " + id, reason));
          return locked(id);
        });
  }

  private int replayed(JdbcClient.StatementSpec statement, String actor, String note) {
    return statement.param("actor", actor).param("note", note).query(Integer.class).single();
  }

  private DeadLetterView locked(long id) {
    return jdbc.sql("select " + COLUMNS + " from dead_letter p where p.id = ? for update")
        .param(id)
        .query((row, i) -> view(row))
        .optional()
        .orElseThrow(
            () ->
                new ApiException(
                    404, "dead_letter_not_found", "Nothing became a dead letter under that id"));
  }

  private static ApiException settled(DeadLetterView found) {
    return new ApiException(409, "already_" + found.state(), "It was " + found.state() + " before");
  }

  private static String describe(String what, String note) {
    return note.isEmpty() ? what : what + ": " + note;
  }

  private JdbcClient.StatementSpec matching(String sql, DeadLetterFilter filter) {
    return jdbc.sql(sql)
        .param("account", filter.account(), Types.OTHER)
        .param("kind", filter.kind() == null ? null : filter.kind().code(), Types.VARCHAR)
        .param(
            "priority", filter.priority() == null ? null : filter.priority().code(), Types.VARCHAR)
        .param("reason", filter.reason(), Types.VARCHAR)
        .param(
            "since",
            filter.since() == null ? null : filter.since().atOffset(ZoneOffset.UTC),
            Types.TIMESTAMP_WITH_TIMEZONE)
        .param(
            "until",
            filter.until() == null ? null : filter.until().atOffset(ZoneOffset.UTC),
            Types.TIMESTAMP_WITH_TIMEZONE);
  }

  private static DeadLetterView view(ResultSet row) throws SQLException {
    String key = row.getString("key");
    String settled = row.getString("settled");
    return new DeadLetterView(
        row.getLong("id"),
        row.getObject("account_id", UUID.class),
        row.getString("kind"),
        row.getString("priority"),
        instant(row, "window_from"),
        instant(row, "window_to"),
        instant(row, "since"),
        row.getString("reason"),
        row.getString("detail"),
        row.getInt("tries"),
        Objects.requireNonNull(instant(row, "created_at")),
        key == null
            ? null
            : new DeadLetterView.Entry(
                key, row.getString("resource_type"), row.getString("resource_id")),
        settled == null ? "waiting" : settled,
        instant(row, "settled_at"),
        row.getString("settled_by"),
        row.getString("note"),
        row.getString("correlation"));
  }

  static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp value = row.getTimestamp(column);
    return value == null ? null : value.toInstant();
  }

  private <T> T inTransaction(Supplier<T> work) {
    return Objects.requireNonNull(transaction.execute(status -> work.get()));
  }
}
