package org.vitalroutes.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.AccountPatient;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.accounts.ErasureList;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.withings.DeviceList;

/** Connected accounts: how they begin and end. */
public final class Accounts {

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final AccountTokens tokens;
  private final Audit audit;
  private final ErasureList erasures;
  private final Withdrawals withdrawals;

  public Accounts(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      AccountTokens tokens,
      Audit audit,
      ErasureList erasures) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.tokens = tokens;
    this.audit = audit;
    this.erasures = erasures;
    this.withdrawals = new Withdrawals(jdbc);
  }

  /**
   * Connects an account, or reconnects it.
   *
   * @throws ApiException when another caller has connected the same user of the provider
   */
  public AccountRef connect(OAuthState state, Tokens granted) {
    try {
      return connected(state, granted);
    } catch (DuplicateKeyException e) {
      throw belongsToAnother();
    }
  }

  /**
   * Requires that no other caller has connected the same user of the provider.
   *
   * @throws ApiException when one has
   */
  public void requireFree(OAuthState state, Tokens granted) {
    if (jdbc.sql(
            """
            select exists (select from connected_account
              where provider = :provider and external_user_id = :user
                and subject <> :subject and status <> 'disconnected')
            """)
        .param("provider", state.provider())
        .param("user", granted.externalUserId())
        .param("subject", state.subject())
        .query(Boolean.class)
        .single()) {
      throw belongsToAnother();
    }
  }

  /** A link was used, revoked or has expired since its person began. */
  public static ApiException linkNotOpen() {
    return new ApiException(410, "link_not_open", "The link was used, revoked or has expired");
  }

  private static ApiException belongsToAnother() {
    return new ApiException(
        409, "account_belongs_to_another_user", "This account is connected by another user");
  }

  private AccountRef connected(OAuthState state, Tokens granted) {
    AccountRef connected =
        transaction.execute(
            status -> {
              if (state.link() != null && !ConnectLinks.use(jdbc, state.link())) {
                throw linkNotOpen();
              }
              AccountRef account =
                  jdbc.sql(
                          """
                      insert into connected_account as known
                        (provider, subject, external_user_id, status, scopes, patient_id,
                          patient_state, devices_pending)
                      values (:provider, :subject, :user, 'connected', :scopes, :patient,
                        case when cast(:patient as text) is null then 'waiting' else 'matched' end,
                        :devicesFirst)
                      on conflict (provider, external_user_id, subject) do update set
                        status = 'connected', scopes = excluded.scopes, connected_at = now(),
                        patient_id = coalesce(excluded.patient_id, known.patient_id),
                        patient_state = case when excluded.patient_id is null
                          then known.patient_state else 'matched' end,
                        patient_reason = case when excluded.patient_id is null
                          then known.patient_reason end,
                        patient_match_at = '-infinity', nothing_lost_since = now(),
                        revocation_pending = false, devices_pending = excluded.devices_pending,
                        devices_requested_at = '-infinity'
                      returning id, provider, subject, external_user_id, patient_id,
                        xmax <> 0 as was_known
                      """)
                      .param("provider", state.provider())
                      .param("subject", state.subject())
                      .param("user", granted.externalUserId())
                      .param("scopes", String.join(",", granted.scopes()))
                      .param("patient", state.patientId())
                      .param("devicesFirst", granted.scopes().contains(DeviceList.SCOPE))
                      .query(
                          (row, i) -> {
                            audit.record(
                                state.actor(),
                                row.getBoolean("was_known") ? "reconnect" : "connect",
                                row.getObject("id", UUID.class),
                                String.join(",", granted.scopes())
                                    + (state.link() == null ? "" : ", link " + state.link()));
                            return ref(row);
                          })
                      .single();
              tokens.replace(account.id(), granted, null);
              withdrawals.cancel(account.id());
              for (DataKind kind : DataKind.openedBy(state.provider(), granted.scopes())) {
                jdbc.sql(
                        """
                    insert into cursor (account_id, kind, last_update) values (?, ?, now())
                    on conflict (account_id, kind) do update set next_poll_at = null
                    """)
                    .param(account.id())
                    .param(kind.code())
                    .update();
              }
              return account;
            });
    return Objects.requireNonNull(connected);
  }

  /**
   * Ends an account: its tokens are destroyed and its work is cancelled, including work in flight.
   * Ending it again changes nothing.
   *
   * @param actor recorded in the audit trail
   * @param revocationPending whether the grant still has to be revoked at Withings
   * @param onDisconnect what becomes of its Observations on the FHIR server
   * @return whether Observations are still to be withdrawn
   */
  public boolean end(
      UUID account, Actor actor, boolean revocationPending, OnDisconnect onDisconnect) {
    return Boolean.TRUE.equals(
        transaction.execute(
            status -> {
              int ended =
                  jdbc.sql(
                          """
                          update connected_account set status = 'disconnected', access_token = null,
                            refresh_token = null, previous_refresh_token = null,
                            access_token_expires_at = null, refreshing_until = null,
                            token_version = token_version + 1, revocation_pending = :pending,
                            on_disconnect = :onDisconnect
                          where id = :id and status <> 'disconnected'
                          """)
                      .param("pending", revocationPending)
                      .param("onDisconnect", onDisconnect.code())
                      .param("id", account)
                      .update();
              if (ended > 0) {
                jdbc.sql("delete from sync_request where account_id = ?").param(account).update();
                jdbc.sql("delete from subscription where account_id = ?").param(account).update();
                // Deleting the requests waited for workers that record a delivery: the ledger is
                // complete.
                withdrawals.request(account);
                audit.record(
                    actor,
                    "disconnect",
                    account,
                    (revocationPending ? "revocation pending, " : "revoked, ")
                        + onDisconnect.step());
                erasures.recordDisconnected(account, now());
              }
              return withdrawals.pending(account);
            }));
  }

  private Instant now() {
    return jdbc.sql("select now()").query((row, i) -> row.getTimestamp(1).toInstant()).single();
  }

  /** What becomes of a disconnected account's Observations on the FHIR server. */
  public OnDisconnect onDisconnect(UUID account) {
    return OnDisconnect.of(
        jdbc.sql("select on_disconnect from connected_account where id = ?")
            .param(account)
            .query(String.class)
            .single());
  }

  /** A caller's accounts that are not disconnected. */
  public List<AccountRef> openOf(String subject) {
    return jdbc.sql(
            """
            select id, provider, subject, external_user_id, patient_id from connected_account
            where subject = ? and status <> 'disconnected' order by connected_at, id
            """)
        .param(subject)
        .query((row, i) -> ref(row))
        .list();
  }

  /** Receipts of the caller's disconnected accounts, with their current state. */
  public List<DisconnectReceipt> receiptsOfEnded(String subject, String provider) {
    return jdbc.sql(
            """
            select id, revocation_pending, on_disconnect,
              exists (select from sync_request where account_id = a.id and priority = 'withdrawal')
            from connected_account a
            where subject = :subject and provider = :provider and status = 'disconnected'
            order by connected_at, id
            """)
        .param("subject", subject)
        .param("provider", provider)
        .query(
            (row, i) ->
                DisconnectReceipt.ofEnded(
                    row.getObject(1, UUID.class),
                    row.getBoolean(2),
                    OnDisconnect.of(row.getString(3)),
                    row.getBoolean(4)))
        .list();
  }

  /**
   * Disconnected accounts and unconfirmed grants whose grant still has to be revoked at the
   * provider. Providers revoke by user, not by grant: while the same user is connected, or may
   * still be confirmed, nothing is revoked.
   */
  public List<AccountRef> pendingRevocations() {
    jdbc.sql(
            """
            update connected_account a set revocation_pending = false
            where revocation_pending and exists (select from connected_account live
              where live.provider = a.provider and live.external_user_id = a.external_user_id
                and live.status <> 'disconnected')
            """)
        .update();
    return jdbc.sql(
            """
            select p.id, p.provider, p.subject, p.external_user_id, p.patient_id
            from (
              select id, provider, subject, external_user_id, patient_id from connected_account
              where revocation_pending
              union all
              select id, provider, subject, external_user_id, patient_id from unconfirmed_grant
              where expires_at < now()) p
            where not exists (select from unconfirmed_grant g
              where g.provider = p.provider and g.external_user_id = p.external_user_id
                and g.expires_at >= now())
            order by p.id limit 100
            """)
        .query((row, i) -> ref(row))
        .list();
  }

  /** Whether no live account has the same user of the provider, asked right before a revocation. */
  public boolean mayRevoke(AccountRef account) {
    return jdbc.sql(
            """
            select not exists (select from connected_account
              where provider = :provider and external_user_id = :user
                and status <> 'disconnected')
            """)
        .param("provider", account.provider())
        .param("user", account.externalUserId())
        .query(Boolean.class)
        .single();
  }

  /** Records that the provider has revoked the grant. */
  public void recordRevoked(UUID account) {
    transaction.executeWithoutResult(
        status -> {
          int changed =
              jdbc.sql(
                      """
                      update connected_account set revocation_pending = false
                      where id = ? and revocation_pending
                      """)
                  .param(account)
                  .update();
          if (changed > 0) {
            audit.record(Audit.SYSTEM, "revoke", account, "the provider revoked the grant");
          } else {
            jdbc.sql("delete from unconfirmed_grant where id = ? and expires_at < now()")
                .param(account)
                .update();
          }
        });
  }

  /** The scopes that the user granted. */
  public List<String> scopes(UUID account) {
    return List.of(
        jdbc.sql("select scopes from connected_account where id = ?")
            .param(account)
            .query(String.class)
            .single()
            .split(","));
  }

  /**
   * Records the Patient on the FHIR server to which the account's data belongs. One that we created
   * and look for again stays ours.
   *
   * @param created whether it was created for the account
   */
  public void recordPatient(UUID account, String patientId, boolean created) {
    jdbc.sql(
            """
            update connected_account
            set patient_id = ?, patient_reason = null,
              patient_state = case when patient_state = 'created' then 'created' else ? end
            where id = ?
            """)
        .param(patientId)
        .param(created ? "created" : "matched")
        .param(account)
        .update();
  }

  /** Records that the account has to wait for its Patient, which is looked for again later. */
  public void waitForPatient(UUID account, AccountPatient.Reason reason) {
    jdbc.sql(
            """
            update connected_account set patient_state = 'waiting', patient_reason = ?,
              patient_match_at = now() + interval '15 minutes'
            where id = ? and patient_id is null
            """)
        .param(reason.code())
        .param(account)
        .update();
  }

  static AccountRef ref(ResultSet row) throws SQLException {
    return new AccountRef(
        row.getObject("id", UUID.class),
        row.getString("provider"),
        row.getString("subject"),
        row.getString("external_user_id"),
        row.getString("patient_id"));
  }
}
