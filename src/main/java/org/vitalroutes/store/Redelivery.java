package org.vitalroutes.store;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.operations.Rebuild;
import org.vitalroutes.operations.Redeliver;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Window;

/**
 * Delivers again what the FHIR server may have lost: its content is marked as unknown in the
 * ledger, and its windows are requested. What Withings no longer has is withdrawn again.
 */
public final class Redelivery {

  /** Withdrawn resources too: a restored server has them as they were before. */
  private static final String UNKNOWN =
      "content_hash = '', row_hash = null, in_error = false, sent_at = null, unclear_until = null";

  /** What can be delivered again, of that which fulfils a condition. */
  private static final String OF_AN_ACCOUNT =
      """
      a.id = d.account_id and (%s) and (a.status <> 'disconnected'
          or a.on_disconnect <> 'keep' and d.resource_type = 'Observation')
      """;

  private static final String WITH_PRIORITY =
      """
      d.account_id, d.effective_at, d.kind, a.status,
          case when a.status = 'disconnected' then 'withdrawal'
            when d.kind = 'ecg' then 'details' else 'backfill' end::priority as priority
      """;

  /** Counts what {@link #DELIVER_AGAIN} would do, and changes nothing. */
  private static final String COUNT =
      """
      select count(*), count(distinct account_id), count(distinct (account_id, kind, priority)),
        count(*) filter (where status = 'reconnect_required')
      from (select %s from delivered d, connected_account a where %s) known
      """
          .formatted(WITH_PRIORITY, OF_AN_ACCOUNT);

  private static final String DELIVER_AGAIN =
      """
      with unknown as (
        update delivered d set %s from connected_account a where %s
        returning %s),
      queued as (
        insert into sync_request as waiting (account_id, kind, priority, window_from, window_to)
        select account_id, kind, priority, date_trunc('second', min(effective_at)),
          date_trunc('second', max(effective_at)) + interval '1 second'
        from unknown group by account_id, kind, priority
        on conflict (account_id, kind, priority) do update set
          triggers = waiting.triggers + 1,
      """
              .formatted(UNKNOWN, OF_AN_ACCOUNT, WITH_PRIORITY)
          + SyncRequests.MERGE_WINDOW
          + """
            returning 1)
          select count(*), count(distinct account_id), (select count(*) from queued),
            count(*) filter (where status = 'reconnect_required')
          from unknown
          """;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Audit audit;
  private final int sampleSize;

  public Redelivery(JdbcClient jdbc, TransactionTemplate transaction, Audit audit, int sampleSize) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.audit = audit;
    this.sampleSize = sampleSize;
  }

  /** Delivers again everything that was delivered at that moment or later, and audits it. */
  public Redeliver.Receipt since(Redeliver redeliver, String actor) {
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              long left =
                  jdbc.sql(
                          """
                          select count(*) from delivered d
                          join connected_account a on a.id = d.account_id
                          where d.delivered_at >= :since and a.status = 'disconnected'
                            and a.on_disconnect = 'keep'
                          """)
                      .param("since", redeliver.since().atOffset(ZoneOffset.UTC))
                      .query(Long.class)
                      .single();
              Redeliver.Receipt receipt =
                  jdbc.sql(
                          (redeliver.dryRun() ? COUNT : DELIVER_AGAIN)
                              .formatted("d.delivered_at >= :since"))
                      .param("since", redeliver.since().atOffset(ZoneOffset.UTC))
                      .query(
                          (row, i) ->
                              new Redeliver.Receipt(
                                  redeliver.since(),
                                  row.getLong(1),
                                  row.getLong(2),
                                  row.getLong(3),
                                  row.getLong(4),
                                  left))
                      .single();
              if (!redeliver.dryRun()) {
                forgetCreatedPatients();
                audit.record(
                    actor,
                    "redeliver",
                    null,
                    receipt.resources()
                        + " resources since "
                        + redeliver.since()
                        + ": "
                        + redeliver.reason());
              }
              return receipt;
            }));
  }

  /**
   * A Patient that we created may be gone too, and its id may be another Patient's by now: each is
   * looked for by its identifier again, and created again when it is gone.
   */
  private void forgetCreatedPatients() {
    jdbc.sql(
            """
            update connected_account set patient_id = null, patient_match_at = '-infinity'
            where patient_state = 'created' and status <> 'disconnected'
            """)
        .update();
  }

  /**
   * Begins to rebuild the ledger of an account from the FHIR server; audited. Nothing that the
   * ledger says of valid resources is believed from now on. A dry run changes nothing.
   *
   * @return the account, with its Patient
   * @throws ApiException when the account does not exist, is disconnected or has no Patient yet
   */
  public AccountRef beginRebuild(UUID account, Rebuild rebuild, String actor) {
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              AccountRef found =
                  jdbc.sql(
                          """
                          select id, provider, subject, external_user_id, patient_id
                          from connected_account
                          where id = ? and status <> 'disconnected' for update
                          """)
                      .param(account)
                      .query((row, i) -> Accounts.ref(row))
                      .optional()
                      .orElseThrow(
                          () ->
                              new ApiException(
                                  404, "account_not_found", "There is no such account"));
              if (found.patientId() == null) {
                throw new ApiException(
                    404, "patient_not_found", "Nothing was delivered for this account yet");
              }
              if (rebuild.dryRun()) {
                return found;
              }
              jdbc.sql(
                      """
                      update delivered set content_hash = '', row_hash = null, sent_at = null,
                        unclear_until = null
                      where account_id = ? and not in_error
                      """)
                  .param(account)
                  .update();
              audit.record(actor, "rebuild_ledger", account, rebuild.reason());
              return found;
            }));
  }

  /**
   * Adds resources that the FHIR server has to the ledger, their content as unknown.
   *
   * @return how many the ledger did not name
   */
  public long add(UUID account, DataKind kind, List<Delivered> found) {
    long added = 0;
    for (Delivered each : found) {
      added +=
          jdbc.sql(
                  """
                  insert into delivered as known (account_id, key, kind, resource_type, resource_id,
                    effective_at, effective_until, content_hash, in_error, withdrawn)
                  values (:account, :key, :kind, :type, :id, :effective, :until, '', :inError,
                    :withdrawn)
                  on conflict (account_id, key) do update set resource_id = excluded.resource_id,
                    in_error = excluded.in_error, withdrawn = excluded.withdrawn, content_hash = ''
                  returning (xmax = 0)::int
                  """)
              .param("account", account)
              .param("key", each.key())
              .param("kind", kind.code())
              .param("type", each.resourceType())
              .param("id", each.resourceId())
              .param("effective", each.effective().atOffset(ZoneOffset.UTC))
              .param("until", each.until().atOffset(ZoneOffset.UTC))
              .param("inError", each.inError())
              .param("withdrawn", each.inError() || each.isAmended())
              .query(Integer.class)
              .single();
    }
    return added;
  }

  /** Counts those of an account's resources that the ledger does not name. */
  public long unknown(UUID account, List<Delivered> found) {
    return jdbc.sql(
            """
            select count(*) from unnest(:keys::text[]) found (key)
            where not exists (
              select from delivered d where d.account_id = :account and d.key = found.key)
            """)
        .param("account", account)
        .param("keys", found.stream().map(Delivered::key).toArray(String[]::new))
        .query(Long.class)
        .single();
  }

  /** The kinds of an account's valid resources, by code. */
  public Set<String> kinds(UUID account) {
    return jdbc.sql("select distinct kind from delivered where account_id = ? and not in_error")
        .param(account)
        .query(String.class)
        .set();
  }

  /**
   * Requests the windows of a rebuilt ledger: what Withings has is delivered again, what it has
   * removed is withdrawn.
   *
   * @return sync requests queued or widened
   */
  public long finishRebuild(UUID account) {
    return jdbc.sql(
            DELIVER_AGAIN.formatted(
                "d.account_id = :account and not d.in_error and d.content_hash = ''"))
        .param("account", account)
        .query((row, i) -> row.getLong(3))
        .single();
  }

  /** Marks the content of an account's resources in a window as unknown, and requests nothing. */
  void markUnknown(UUID account, List<DataKind> kinds, Window window) {
    within("update delivered set " + UNKNOWN, account, kinds, window).update();
  }

  /** Counts an account's resources in a window. */
  long count(UUID account, List<DataKind> kinds, Window window) {
    return within("select count(*) from delivered", account, kinds, window)
        .query(Long.class)
        .single();
  }

  private JdbcClient.StatementSpec within(
      String sql, UUID account, List<DataKind> kinds, Window window) {
    return jdbc.sql(
            sql
                + """
                 where account_id = :account and kind = any(:kinds)
                  and effective_at between :from and :to
                """)
        .param("account", account)
        .param("kinds", kinds.stream().map(DataKind::code).toArray(String[]::new))
        .param("from", window.from().atOffset(ZoneOffset.UTC))
        .param("to", window.to().atOffset(ZoneOffset.UTC));
  }

  /**
   * Observations that the FHIR server should have, at random. Whether the server has them shows
   * whether it lost data.
   *
   * @return logical ids
   */
  public List<String> sample() {
    return jdbc.sql(
            """
            select d.resource_id
            from (select id from connected_account where status = 'connected'
              order by random() limit :most) a
            cross join lateral (
              select resource_id from delivered
              where account_id = a.id and resource_type = 'Observation' and not in_error
                and content_hash <> '' and sent_at is null and unclear_until is null
                and delivered_at < now() - interval '1 minute'
              order by random() limit greatest(1, :most / (
                select count(*) from connected_account where status = 'connected'))) d
            limit :most
            """)
        .param("most", sampleSize)
        .query(String.class)
        .list();
  }

  /**
   * Delivers resources again that the FHIR server does not have though the ledger says so.
   *
   * @return how many there were
   */
  public int missing(List<String> resourceIds) {
    return jdbc.sql(
            DELIVER_AGAIN.formatted(
                "d.resource_id = any(:ids) and not d.in_error and d.resource_type = 'Observation'"))
        .param("ids", resourceIds.toArray(String[]::new))
        .query((row, i) -> row.getInt(1))
        .single();
  }
}
