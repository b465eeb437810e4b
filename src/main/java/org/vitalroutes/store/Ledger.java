package org.vitalroutes.store;

import java.sql.Array;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.fhir.Delivered;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;

/** What the FHIR server was last told, by account and business key: hashes, never values. */
public final class Ledger {

  private final JdbcClient jdbc;
  private final JdbcTemplate template;

  public Ledger(JdbcClient jdbc, JdbcTemplate template) {
    this.jdbc = jdbc;
    this.template = template;
  }

  /** The content hashes of those keys that were delivered and still stand. */
  public Map<String, String> hashes(UUID account, Collection<String> keys) {
    Map<String, String> hashes = new HashMap<>();
    template.query(
        connection -> {
          var query =
              connection.prepareStatement(
                  """
                  select key, content_hash from delivered
                  where account_id = ? and key = any(?) and not in_error
                  """);
          Array array = connection.createArrayOf("text", keys.toArray());
          query.setObject(1, account);
          query.setArray(2, array);
          return query;
        },
        row -> {
          hashes.put(row.getString(1), HexFormat.of().formatHex(row.getBytes(2)));
        });
    return hashes;
  }

  /** Notes what the FHIR server has now. */
  public void record(SyncRequest request, List<Delivered> entries) {
    template.batchUpdate(
        """
        insert into delivered (account_id, key, kind, resource_type, resource_id, effective_at,
          content_hash, in_error)
        values (?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (account_id, key) do update set effective_at = excluded.effective_at,
          content_hash = excluded.content_hash, in_error = excluded.in_error, delivered_at = now()
        """,
        entries,
        entries.size(),
        (statement, entry) -> {
          statement.setObject(1, request.account().id());
          statement.setString(2, entry.key());
          statement.setString(3, request.kind().code());
          statement.setString(4, entry.resourceType());
          statement.setString(5, entry.resourceId());
          statement.setObject(6, entry.effective().atOffset(ZoneOffset.UTC));
          statement.setBytes(7, HexFormat.of().parseHex(entry.contentHash()));
          statement.setBoolean(8, entry.inError());
        });
  }

  /** The Observations of a window that were delivered and are not among those seen there now. */
  public List<Delivered> vanished(SyncRequest request, Window window, Collection<String> seen) {
    return jdbc
        .sql(
            """
            select key, resource_type, resource_id, effective_at, content_hash, in_error
            from delivered
            where account_id = :account and kind = :kind and not in_error
              and resource_type = 'Observation' and effective_at between :from and :to
            order by key
            """)
        .param("account", request.account().id())
        .param("kind", request.kind().code())
        .param("from", window.from().atOffset(ZoneOffset.UTC))
        .param("to", window.to().atOffset(ZoneOffset.UTC))
        .query(
            (row, i) ->
                new Delivered(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getTimestamp(4).toInstant(),
                    HexFormat.of().formatHex(row.getBytes(5)),
                    row.getBoolean(6)))
        .list()
        .stream()
        .filter(entry -> !seen.contains(entry.key()))
        .toList();
  }
}
