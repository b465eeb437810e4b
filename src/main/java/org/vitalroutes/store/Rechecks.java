package org.vitalroutes.store;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.sync.Recheck;
import org.vitalroutes.sync.RemovalProof;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;

/** Windows to read a second time. All times are the database's. */
public final class Rechecks {

  /** Reason of a dead letter whose replay withdraws a mass of removed resources. */
  public static final String MASS_WITHDRAWAL = "mass-withdrawal";

  /** The most windows of one request; the others wait for the next. */
  private static final int MOST = 20;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  public Rechecks(JdbcClient jdbc, TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  /**
   * Stores windows to read again and requests that it be done when the first is due. One that waits
   * because a notification brought nothing new takes in another such.
   */
  public void add(SyncRequest request, List<Recheck> again) {
    if (again.isEmpty()) {
      return;
    }
    transaction.executeWithoutResult(
        status -> {
          again.forEach(recheck -> insert(request, recheck));
          schedule(request);
        });
  }

  private void insert(SyncRequest request, Recheck recheck) {
    if (recheck.keys().isEmpty() && widened(request, recheck)) {
      return;
    }
    Duration missing = recheck.missingFor();
    jdbc.sql(
            """
            insert into recheck (account_id, kind, reason, window_from, window_to, due_at, keys,
              missing_at, misses)
            values (:account, :kind, :reason, :from, :to, now() + make_interval(secs => :due), :keys,
              now() - make_interval(secs => :missing), :misses)
            """)
        .param("account", request.account().id())
        .param("kind", request.kind().code())
        .param("reason", recheck.reason().code())
        .param("from", recheck.window().from().atOffset(ZoneOffset.UTC))
        .param("to", recheck.window().to().atOffset(ZoneOffset.UTC))
        .param("due", seconds(recheck.due()))
        .param("keys", recheck.keys().toArray(String[]::new))
        .param("missing", missing == null ? null : seconds(missing), Types.DOUBLE)
        .param("misses", recheck.misses())
        .update();
  }

  private boolean widened(SyncRequest request, Recheck recheck) {
    return jdbc.sql(
                """
                update recheck set window_from = least(window_from, :from),
                  window_to = greatest(window_to, :to)
                where account_id = :account and kind = :kind and reason = :reason
                """)
            .param("account", request.account().id())
            .param("kind", request.kind().code())
            .param("reason", recheck.reason().code())
            .param("from", recheck.window().from().atOffset(ZoneOffset.UTC))
            .param("to", recheck.window().to().atOffset(ZoneOffset.UTC))
            .update()
        > 0;
  }

  /** Requests that the windows that are still to be read are read when the first is due. */
  public void schedule(SyncRequest request) {
    jdbc.sql(
            """
            insert into sync_request as waiting
              (account_id, kind, priority, window_from, window_to, correlation, not_before)
            select account.id, :kind, 'recheck', next.window_from, next.window_to, :correlation,
              greatest(now(), next.due_at)
            from (select id from connected_account
                where id = :account and status <> 'disconnected' for share) account,
              (select min(window_from) as window_from, max(window_to) as window_to,
                min(due_at) as due_at
                from recheck where account_id = :account and kind = :kind) next
            where next.due_at is not null
            on conflict (account_id, kind, priority) do update set
              window_from = excluded.window_from, window_to = excluded.window_to,
              triggers = waiting.triggers + 1,
              not_before = case
                when waiting.leased_by is not null then excluded.not_before
                when waiting.tries > 0 then waiting.not_before
                else least(waiting.not_before, excluded.not_before) end
            """)
        .param("account", request.account().id())
        .param("kind", request.kind().code())
        .param("correlation", request.correlation())
        .update();
  }

  /** The windows that are due, the longest due first. */
  public List<Recheck> due(SyncRequest request) {
    return jdbc.sql(
            """
            select id, reason, window_from, window_to, keys, misses,
              extract(epoch from now() - missing_at)::double precision as missing
            from recheck
            where account_id = :account and kind = :kind and due_at <= now()
            order by due_at, id limit :most
            """)
        .param("account", request.account().id())
        .param("kind", request.kind().code())
        .param("most", MOST)
        .query((row, i) -> recheck(row))
        .list();
  }

  /**
   * A moment before the last poll, and before any of the missing resources was last delivered: what
   * was edited at Withings and is not known yet was edited later. A little earlier for each read,
   * as Withings refuses an identical call for ten seconds.
   */
  public Optional<Instant> deliveredSince(SyncRequest request, List<Recheck> removals) {
    return jdbc.sql(
            """
            select least(c.last_update, now(), (select min(d.delivered_at) from delivered d
                where d.account_id = c.account_id and d.key = any(:keys)))
              - interval '10 minutes' - make_interval(secs => :misses)
            from cursor c where c.account_id = :account and c.kind = :kind
            """)
        .param("account", request.account().id())
        .param("kind", request.kind().code())
        .param(
            "keys", removals.stream().flatMap(each -> each.keys().stream()).toArray(String[]::new))
        .param("misses", removals.stream().mapToInt(Recheck::misses).max().orElse(0))
        .query((row, i) -> row.getTimestamp(1).toInstant())
        .optional();
  }

  private static Recheck recheck(ResultSet row) throws SQLException {
    Array keys = row.getArray("keys");
    double missing = row.getDouble("missing");
    boolean isMissing = !row.wasNull();
    return new Recheck(
        row.getLong("id"),
        new Window(
            row.getTimestamp("window_from").toInstant(), row.getTimestamp("window_to").toInstant()),
        Recheck.Reason.of(row.getString("reason")),
        Set.of((String[]) keys.getArray()),
        isMissing ? Duration.ofMillis(Math.round(missing * 1000)) : null,
        row.getInt("misses"));
  }

  /** Removes a window that was read again and whose result is recorded. */
  public void done(Recheck recheck) {
    jdbc.sql("delete from recheck where id = ?").param(recheck.id()).update();
  }

  /**
   * Makes a dead letter of a mass of removals; one that waits for the same account and kind takes
   * in the other.
   */
  public void deadLetter(SyncRequest request, RemovalProof.Mass mass) {
    jdbc.sql(
            """
            with known as (
              update dead_letter set window_from = least(window_from, :from),
                window_to = greatest(window_to, :to), detail = :detail, tries = tries + 1
              where account_id = :account and kind = :kind and reason = :reason and settled is null
              returning id)
            insert into dead_letter (account_id, kind, priority, window_from, window_to, tries,
              reason, detail, correlation)
            select :account, :kind, 'recheck', :from, :to, 1, :reason, :detail, :correlation
            where not exists (select from known)
            """)
        .param("account", request.account().id())
        .param("kind", request.kind().code())
        .param("from", mass.window().from().atOffset(ZoneOffset.UTC))
        .param("to", mass.window().to().atOffset(ZoneOffset.UTC))
        .param("reason", MASS_WITHDRAWAL)
        .param(
            "detail",
            mass.missing() + " resources of one window, more than half, are removed at Withings")
        .param("correlation", request.correlation())
        .update();
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
