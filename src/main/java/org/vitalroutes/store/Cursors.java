package org.vitalroutes.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.HistoryProgress;
import org.vitalroutes.sync.HistorySlices;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;

/** Progress of each account and kind: polls and history. */
final class Cursors {

  private final JdbcClient jdbc;

  Cursors(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Begins to fill a history; a history in progress is merged into it.
   *
   * @return the slice to fetch first
   */
  Window beginHistory(UUID account, DataKind kind, Priority priority, Window history) {
    return jdbc.sql(
            """
            update cursor set history_started_at = now(), history_filled_at = null,
              history_from = case when history_filled_at is null and history_frontier is not null
                then least(history_from, :from) else :from end,
              history_to = case when history_filled_at is null and history_frontier is not null
                then greatest(history_frontier, :to) else :to end,
              history_frontier = case when history_filled_at is null
                and history_frontier is not null then greatest(history_frontier, :to) else :to end
            where account_id = :account and kind = :kind
            returning history_from, history_to
            """)
        .param("from", utc(history.from()))
        .param("to", utc(history.to()))
        .param("account", account)
        .param("kind", kind.code())
        .query((row, i) -> new Window(instant(row, 1), instant(row, 2)))
        .optional()
        .map(whole -> HistorySlices.newest(kind, priority, whole))
        .orElse(history);
  }

  /**
   * Advances the frontier of a history in progress when the window of the request covers it.
   *
   * @return the next slice; empty when the frontier stays or the history is filled
   */
  Optional<Window> advanceFrontier(SyncRequest request) {
    Window window = request.window();
    if (window == null) {
      return Optional.empty();
    }
    return jdbc.sql(
            """
            update cursor set history_frontier = :from,
              history_filled_at = case when :from <= history_from then now() end
            where account_id = :account and kind = :kind and history_filled_at is null
              and :from < history_frontier and :to >= history_frontier
            returning history_from, history_frontier, history_filled_at
            """)
        .param("from", utc(window.from()), Types.TIMESTAMP_WITH_TIMEZONE)
        .param("to", utc(window.to()), Types.TIMESTAMP_WITH_TIMEZONE)
        .param("account", request.account().id())
        .param("kind", request.kind().code())
        .query(
            (row, i) ->
                row.getTimestamp(3) == null
                    ? Optional.of(HistorySlices.rest(instant(row, 1), instant(row, 2)))
                    : Optional.<Window>empty())
        .optional()
        .flatMap(next -> next);
  }

  /** Reads the columns history_from, _to, _frontier, _started_at and _filled_at. */
  static @Nullable HistoryProgress progress(ResultSet row) throws SQLException {
    Timestamp frontier = row.getTimestamp("history_frontier");
    Timestamp filled = row.getTimestamp("history_filled_at");
    return frontier == null
        ? null
        : new HistoryProgress(
            row.getTimestamp("history_from").toInstant(),
            row.getTimestamp("history_to").toInstant(),
            frontier.toInstant(),
            row.getTimestamp("history_started_at").toInstant(),
            filled == null ? null : filled.toInstant());
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getTimestamp(column).toInstant();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
