package org.vitalroutes.store;

import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.ErasureList;
import org.vitalroutes.accounts.Person;

/** Export and erasure of all data about a person. */
public final class PersonalData {

  /** Name, among those of tables, under which an erasure tells what stays on the FHIR server. */
  public static final String KEPT = "kept_on_fhir_server";

  private static final String OWN = "(select id from connected_account where subject = :subject)";
  private static final String OWN_USERS =
      "(select external_user_id from connected_account where subject = :subject)";

  /** Notifications of the person's Withings users, including forms with contradicting user ids. */
  private static final String ABOUT =
      """
      (t.user_id in %1$s or t.user_id is null and exists
        (select 1 from %1$s as own (id) where position(convert_to('userid=' || id, 'UTF8') in t.body) > 0))
      """
          .formatted(OWN_USERS);

  /** Stands in the audit trail for the name of an erased person. */
  private static final String ERASED = "erased";

  private static final String ACCOUNTS = "connected_account";
  private static final String BY_SUBJECT = "t.subject = :subject";

  /** Fewer than the pool has connections, each of which an export holds while it is read. */
  private static final int EXPORTS = 4;

  private static final Duration EXPORT_RETRY = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(PersonalData.class);

  private final Semaphore exports = new Semaphore(EXPORTS);
  private final DataSource dataSource;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Audit audit;
  private final ErasureList erasures;

  public PersonalData(
      DataSource dataSource,
      JdbcClient jdbc,
      TransactionTemplate transaction,
      Audit audit,
      ErasureList erasures) {
    this.dataSource = dataSource;
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.audit = audit;
    this.erasures = erasures;
  }

  /**
   * The subject of an account.
   *
   * @throws ApiException when there is none
   */
  public String subjectOf(UUID account) {
    return jdbc.sql("select subject from connected_account where id = ?")
        .param(account)
        .query(String.class)
        .optional()
        .orElseThrow(() -> new ApiException(404, "account_not_found", "There is no such account"));
  }

  /**
   * Streams all rows of a person's accounts as JSON, by table and without the tokens, row by row
   * from a cursor. A person has one export at a time, over all replicas; a replica has a few.
   *
   * @return to be closed: it holds a database connection
   * @throws ApiException when another export is under way
   */
  public InputStream export(Person person, Instant exportedAt) {
    if (!exports.tryAcquire()) {
      throw ApiException.tooManyRequests(EXPORT_RETRY);
    }
    Connection connection = null;
    try {
      connection = dataSource.getConnection();
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      requireOnlyExport(connection, person.subject());
      transaction.executeWithoutResult(
          status ->
              accounts(person.subject())
                  .forEach(
                      account ->
                          audit.record(person.actor(), "export", account.id(), all(person))));
      return new ExportStream(
          connection, exportedAt, person.subject(), queries(), exports::release);
    } catch (SQLException | RuntimeException e) {
      exports.release();
      close(connection);
      if (e instanceof RuntimeException failure) {
        throw failure;
      }
      throw new DataAccessResourceFailureException("no export could be opened", e);
    }
  }

  private static void close(@Nullable Connection connection) {
    if (connection != null) {
      try (connection) {
        connection.rollback();
      } catch (SQLException e) {
        log.warn("a connection could not be closed: {}", e.getClass().getName());
      }
    }
  }

  /** Until the end of the transaction. */
  private static void requireOnlyExport(Connection connection, String subject) throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement(
            "select pg_try_advisory_xact_lock(hashtextextended('export:' || ?, 0))")) {
      lock.setString(1, subject);
      try (ResultSet row = lock.executeQuery()) {
        if (!row.next() || !row.getBoolean(1)) {
          throw ApiException.tooManyRequests(EXPORT_RETRY);
        }
      }
    }
  }

  /**
   * Erases a person's accounts and all their data.
   *
   * @return number of erased rows by table
   * @throws ApiException while a revocation at Withings is pending, which needs the user id, or a
   *     withdrawal from the FHIR server, which needs the ledger
   */
  public Map<String, Long> erase(Person person) {
    String subject = person.subject();
    // What was not confirmed is revoked now instead of later.
    jdbc.sql(
            """
            update unconfirmed_grant set expires_at = now() - interval '1 second'
            where subject = :subject and expires_at >= now()
            """)
        .param("subject", subject)
        .update();
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              List<Account> accounts = accounts(subject);
              if (hasUnconfirmedGrant(subject)
                  || accounts.stream().anyMatch(account -> !account.ended())) {
                throw new ApiException(
                    503,
                    "not_disconnected_yet",
                    "Withings has not taken the disconnect yet; erase again in a few minutes");
              }
              if (accounts.stream().anyMatch(Account::withdrawing)) {
                throw new ApiException(
                    503,
                    "data_not_withdrawn_yet",
                    "The data is still being withdrawn from the FHIR server; erase again later");
              }
              Map<String, Long> erased = erasable(person);
              delete("delete from notification t where " + ABOUT, subject);
              delete("delete from oauth_state where subject = :subject", subject);
              delete("delete from connect_link where subject = :subject", subject);
              delete("delete from caller_attempt where subject = :subject", subject);
              eraseEvents(subject);
              // The foreign keys of all tables of accounts cascade.
              delete("delete from connected_account where subject = :subject", subject);
              jdbc.sql("select erase_from_audit(:subject)")
                  .param("subject", subject)
                  .query((row, i) -> true)
                  .list();
              if (!accounts.isEmpty()) {
                // Before the commit: an erasure that is listed and fails is repeated, never lost.
                erasures.recordErased(
                    subject,
                    jdbc.sql("select now()")
                        .query((row, i) -> row.getTimestamp(1).toInstant())
                        .single());
              }
              String name = person.actor().name();
              Actor actor =
                  new Actor(
                      name.equals(subject) ? ERASED : name,
                      person.actor().actingFor() == null ? null : ERASED);
              accounts.forEach(account -> audit.record(actor, "erase", account.id(), all(person)));
              return erased;
            }));
  }

  /** Counts what {@link #erase} would erase now: rows by table, and what stays. */
  public Map<String, Long> erasable(Person person) {
    Map<String, Long> rows = new TreeMap<>();
    queries().forEach(query -> rows.put(query.table(), count(query, person.subject())));
    rows.put(KEPT, kept(person.subject()));
    return rows;
  }

  /** Resources that were deleted stay in the ledger, without a hash. */
  private long kept(String subject) {
    return jdbc.sql(
            """
            select count(*) from delivered d join connected_account a on a.id = d.account_id
            where a.subject = :subject and not (d.in_error and d.content_hash = '')
            """)
        .param("subject", subject)
        .query(Long.class)
        .single();
  }

  /** Those that are told of the account learn that it has ended, but no longer of whom it was. */
  private void eraseEvents(String subject) {
    delete(
        "delete from event where account_id in "
            + OWN
            + " and (type <> 'account.disconnected' or sent_at is not null or dead_at is not null)",
        subject);
    delete(
        "update event set data = data || '{\"subject\": null, \"patient\": null}'"
            + " where account_id in "
            + OWN,
        subject);
  }

  private boolean hasUnconfirmedGrant(String subject) {
    return jdbc.sql("select exists (select from unconfirmed_grant where subject = ?)")
        .param(subject)
        .query(Boolean.class)
        .single();
  }

  private static String all(Person person) {
    return person.note().isEmpty() ? "all" : "all: " + person.note();
  }

  private record Account(UUID id, boolean ended, boolean withdrawing) {}

  private List<Account> accounts(String subject) {
    return jdbc.sql(
            """
            select id, status = 'disconnected' and not revocation_pending,
              exists (select from sync_request where account_id = a.id and priority = 'withdrawal')
                or exists (select from dead_letter
                  where account_id = a.id and priority = 'withdrawal' and settled is null)
                or a.on_disconnect <> 'keep' and exists (select from delivered
                  where account_id = a.id and (sent_at is not null or unclear_until is not null))
            from connected_account a where subject = :subject for update
            """)
        .param("subject", subject)
        .query(
            (row, i) ->
                new Account(row.getObject(1, UUID.class), row.getBoolean(2), row.getBoolean(3)))
        .list();
  }

  /**
   * Where a table holds rows of a person.
   *
   * @param table its name
   * @param row a row as JSON
   * @param where which rows are the person's; {@code :subject} is the person
   */
  record Query(String table, String row, String where) {

    /** The rows, each as text, with a {@code ?} for every {@code :subject}. */
    String rows() {
      return "select ("
          + row
          + ")::text from "
          + table
          + " t where "
          + where.replace(":subject", "?");
    }

    /** How often the person stands in {@link #rows}. */
    int subjects() {
      return where.split(":subject", -1).length - 1;
    }
  }

  private List<Query> queries() {
    List<Query> queries = new ArrayList<>();
    queries.add(
        new Query(
            ACCOUNTS,
            "to_jsonb(t) - '{access_token,refresh_token,previous_refresh_token}'::text[]",
            BY_SUBJECT));
    queries.add(new Query("oauth_state", "to_jsonb(t) - 'state_hash'", BY_SUBJECT));
    queries.add(new Query("connect_link", "to_jsonb(t) - 'token_hash'", BY_SUBJECT));
    queries.add(
        new Query(
            "unconfirmed_grant",
            "to_jsonb(t) - '{access_token,refresh_token,confirmation_hash,state_hash}'::text[]",
            BY_SUBJECT));
    queries.add(new Query("caller_attempt", "to_jsonb(t)", BY_SUBJECT));
    queries.add(
        new Query(
            "notification",
            "to_jsonb(t) || jsonb_build_object('body', encode(t.body, 'escape'))",
            ABOUT));
    tablesOfAccounts()
        .forEach(table -> queries.add(new Query(table, "to_jsonb(t)", "t.account_id in " + OWN)));
    return queries;
  }

  private long count(Query query, String subject) {
    return jdbc.sql("select count(*) from " + query.table() + " t where " + query.where())
        .param("subject", subject)
        .query(Long.class)
        .single();
  }

  /** Every table with a column account_id, from the catalogue. */
  private List<String> tablesOfAccounts() {
    return jdbc.sql(
            """
            select quote_ident(c.relname) from pg_class c
            join pg_attribute a on a.attrelid = c.oid
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
              and not c.relispartition and a.attname = 'account_id' and not a.attisdropped
            order by 1
            """)
        .query(String.class)
        .list();
  }

  private void delete(String sql, String subject) {
    jdbc.sql(sql).param("subject", subject).update();
  }
}
