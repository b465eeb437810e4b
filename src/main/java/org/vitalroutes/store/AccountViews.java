package org.vitalroutes.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.accounts.AccountPatient;
import org.vitalroutes.accounts.AccountView;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.HistoryProgress;

/** Accounts as the API shows them to their owners and to operators. */
public final class AccountViews {

  private final JdbcClient jdbc;
  private final AccountSubscriptions subscriptions;
  private final Clock clock;

  public AccountViews(JdbcClient jdbc, AccountSubscriptions subscriptions, Clock clock) {
    this.jdbc = jdbc;
    this.subscriptions = subscriptions;
    this.clock = clock;
  }

  /** A caller's accounts, oldest first. */
  public List<AccountView> of(String subject) {
    return jdbc.sql(
            """
            select id, provider, status, scopes, connected_at, patient_id, patient_state,
              patient_reason
            from connected_account
            where subject = ? order by connected_at, id
            """)
        .param(subject)
        .query((row, i) -> view(row))
        .list();
  }

  /** Reads the columns id, provider, status, scopes, connected_at and those of the Patient. */
  AccountView view(ResultSet row) throws SQLException {
    UUID id = row.getObject("id", UUID.class);
    List<String> scopes = List.of(row.getString("scopes").split(","));
    return new AccountView(
        id,
        row.getString("provider"),
        row.getString("status"),
        scopes,
        row.getTimestamp("connected_at").toInstant(),
        patient(row),
        kinds(id, row.getString("provider"), scopes),
        subscriptions.states(id));
  }

  private static AccountPatient patient(ResultSet row) throws SQLException {
    String id = row.getString("patient_id");
    return new AccountPatient(
        id == null ? null : "Patient/" + id,
        row.getString("patient_state"),
        row.getString("patient_reason"));
  }

  private Map<String, AccountView.Kind> kinds(UUID account, String provider, List<String> scopes) {
    Map<String, AccountView.Kind> kinds = new LinkedHashMap<>();
    for (DataKind kind : DataKind.ofProvider(provider)) {
      kinds.put(
          kind.code(),
          new AccountView.Kind(
              null,
              null,
              0,
              null,
              scopes.contains(kind.scope()) ? null : "scope " + kind.scope() + " not granted"));
    }
    Instant now = clock.instant();
    jdbc.sql(
            """
            select kind, last_synced_at, history_from, history_to, history_frontier,
              history_started_at,
              case when not exists (
                select from sync_request r
                where r.account_id = c.account_id and r.kind = c.kind and r.priority = 'details')
              then history_filled_at end as history_filled_at
            from cursor c where account_id = :account
            """)
        .param("account", account)
        .query(
            row -> {
              Instant synced = row.getTimestamp(2) == null ? null : row.getTimestamp(2).toInstant();
              HistoryProgress history = Cursors.progress(row);
              kinds.computeIfPresent(
                  row.getString(1),
                  (code, kind) ->
                      new AccountView.Kind(
                          synced,
                          synced == null
                              ? null
                              : Math.max(0, Duration.between(synced, now).toSeconds()),
                          history == null ? 0 : history.percent(),
                          history == null ? null : history.estimatedEnd(now),
                          kind.notSynced()));
            });
    return kinds;
  }
}
