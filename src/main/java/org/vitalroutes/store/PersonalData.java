package org.vitalroutes.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.Person;
import org.vitalroutes.accounts.RawJson;

/** Export and erasure of all data about a person. */
public final class PersonalData {

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

  private static final String ACCOUNTS = "connected_account";

  /**
   * Rows of one table.
   *
   * @param count number of rows
   * @param json array of rows
   */
  public record Rows(long count, RawJson json) {}

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Audit audit;

  public PersonalData(JdbcClient jdbc, TransactionTemplate transaction, Audit audit) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.audit = audit;
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

  /** All rows about a person by table, without the tokens; audited. */
  public Map<String, Rows> of(Person person) {
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              Map<String, Rows> held = held(person.subject());
              accounts(person.subject())
                  .forEach(
                      account -> audit.record(person.actor(), "export", account.id(), all(person)));
              return held;
            }));
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
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              List<Account> accounts = accounts(subject);
              if (accounts.stream().anyMatch(account -> !account.ended())) {
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
              Map<String, Long> erased = new LinkedHashMap<>();
              held(subject).forEach((table, rows) -> erased.put(table, rows.count()));
              delete("delete from notification t where " + ABOUT, subject);
              delete("delete from oauth_state where subject = :subject", subject);
              // The foreign keys of all tables of accounts cascade.
              delete("delete from connected_account where subject = :subject", subject);
              jdbc.sql("select erase_from_audit(:subject)")
                  .param("subject", subject)
                  .query((row, i) -> true)
                  .list();
              String actor = person.actor().equals(subject) ? "erased" : person.actor();
              accounts.forEach(account -> audit.record(actor, "erase", account.id(), all(person)));
              return erased;
            }));
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
            from connected_account a where subject = :subject for update
            """)
        .param("subject", subject)
        .query(
            (row, i) ->
                new Account(row.getObject(1, UUID.class), row.getBoolean(2), row.getBoolean(3)))
        .list();
  }

  private Map<String, Rows> held(String subject) {
    Map<String, Rows> held = new LinkedHashMap<>();
    held.put(
        ACCOUNTS,
        rows(
            "to_jsonb(t) - '{access_token,refresh_token,previous_refresh_token}'::text[]",
            ACCOUNTS,
            "t.subject = :subject",
            subject));
    held.put(
        "oauth_state",
        rows("to_jsonb(t) - 'state_hash'", "oauth_state", "t.subject = :subject", subject));
    held.put(
        "notification",
        rows(
            "to_jsonb(t) || jsonb_build_object('body', encode(t.body, 'escape'))",
            "notification",
            ABOUT,
            subject));
    tablesOfAccounts()
        .forEach(
            table ->
                held.put(table, rows("to_jsonb(t)", table, "t.account_id in " + OWN, subject)));
    return held;
  }

  private Rows rows(String what, String table, String where, String subject) {
    return jdbc.sql(
            "select count(*), coalesce(jsonb_agg("
                + what
                + "), '[]')::text from "
                + table
                + " t where "
                + where)
        .param("subject", subject)
        .query((row, i) -> new Rows(row.getLong(1), new RawJson(row.getString(2))))
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
