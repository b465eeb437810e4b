package org.vitalroutes.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.AccountView;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.accounts.TokenCipher;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.HistoryProgress;
import org.vitalroutes.withings.DeviceList;

/** Connected accounts, their tokens (encrypted) and the authorizations under way. */
public final class Accounts {

  /** How long a user may take to consent. */
  private static final Duration STATE_LIFE = Duration.ofMinutes(10);

  private static final String ACCESS = "access_token";
  private static final String REFRESH = "refresh_token";

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final TokenCipher cipher;
  private final Audit audit;
  private final Clock clock;
  private final Withdrawals withdrawals;

  public Accounts(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      TokenCipher cipher,
      Audit audit,
      Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.cipher = cipher;
    this.audit = audit;
    this.clock = clock;
    this.withdrawals = new Withdrawals(jdbc);
  }

  /** Keeps an authorization under way. */
  public void begin(String stateValue, OAuthState state) {
    jdbc.sql(
            """
            insert into oauth_state
              (state_hash, provider, subject, patient_id, redirect_uri, expires_at)
            values (:hash, :provider, :subject, :patient, :redirect,
              now() + make_interval(secs => :life))
            """)
        .param("hash", OAuthState.hash(stateValue))
        .param("provider", state.provider())
        .param("subject", state.subject())
        .param("patient", state.patientId())
        .param("redirect", state.redirectUri())
        .param("life", (double) STATE_LIFE.toSeconds())
        .update();
  }

  /** Takes an authorization under way, once; empty when there is none or it is too old. */
  public Optional<OAuthState> take(String stateValue) {
    return jdbc.sql(
            """
            delete from oauth_state where state_hash = ?
            returning provider, subject, patient_id, redirect_uri, expires_at > now() as live
            """)
        .param(OAuthState.hash(stateValue))
        .query(
            (row, i) ->
                row.getBoolean("live")
                    ? Optional.of(
                        new OAuthState(
                            row.getString("provider"),
                            row.getString("subject"),
                            row.getString("patient_id"),
                            row.getString("redirect_uri")))
                    : Optional.<OAuthState>empty())
        .optional()
        .flatMap(state -> state);
  }

  /**
   * Connects an account, or connects it anew.
   *
   * @throws ApiException when the same user of the provider belongs to another caller
   */
  public AccountRef connect(OAuthState state, Tokens tokens) {
    AccountRef connected =
        transaction.execute(
            status -> {
              AccountRef account =
                  jdbc.sql(
                          """
                      insert into connected_account as known
                        (provider, subject, external_user_id, status, scopes, patient_id,
                          devices_pending)
                      values (:provider, :subject, :user, 'connected', :scopes, :patient,
                        :devicesFirst)
                      on conflict (provider, external_user_id) do update set
                        status = 'connected', scopes = excluded.scopes, connected_at = now(),
                        patient_id = coalesce(excluded.patient_id, known.patient_id),
                        revocation_pending = false, devices_pending = excluded.devices_pending,
                        devices_requested_at = '-infinity'
                      where known.subject = excluded.subject
                      returning id, provider, subject, external_user_id, patient_id,
                        xmax <> 0 as was_known
                      """)
                      .param("provider", state.provider())
                      .param("subject", state.subject())
                      .param("user", tokens.externalUserId())
                      .param("scopes", String.join(",", tokens.scopes()))
                      .param("patient", state.patientId())
                      .param("devicesFirst", tokens.scopes().contains(DeviceList.SCOPE))
                      .query(
                          (row, i) -> {
                            audit.record(
                                state.subject(),
                                row.getBoolean("was_known") ? "reconnect" : "connect",
                                row.getObject("id", UUID.class),
                                String.join(",", tokens.scopes()));
                            return ref(row);
                          })
                      .optional()
                      .orElseThrow(
                          () ->
                              new ApiException(
                                  409,
                                  "account_belongs_to_another_user",
                                  "This account is connected by another user"));
              store(account.id(), tokens, null);
              withdrawals.cancel(account.id());
              for (DataKind kind : DataKind.openedBy(state.provider(), tokens.scopes())) {
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
   * Keeps a refreshed token pair, and the refresh token before it as a way back. A pair that comes
   * too late is dropped: the account was disconnected, connected anew or refreshed meanwhile.
   */
  public void keep(RefreshRight right, Tokens tokens) {
    transaction.executeWithoutResult(
        status -> {
          if (store(right.account(), tokens, right.version())) {
            audit.record(Audit.SYSTEM, "refresh", right.account(), "a new token pair");
          }
        });
  }

  /** Stores a pair in place of the one of that version; of any version when it is null. */
  private boolean store(UUID account, Tokens tokens, @Nullable Integer version) {
    return jdbc.sql(
                """
                update connected_account set access_token = :access,
                  previous_refresh_token = refresh_token, refresh_token = :refresh,
                  access_token_expires_at = :expires, tokens_changed_at = now(),
                  token_version = token_version + 1, refreshing_until = null
                where id = :id and status = 'connected'
                  and token_version = coalesce(:version, token_version)
                """)
            .param("access", cipher.encrypt(tokens.accessToken(), account, ACCESS))
            .param("refresh", cipher.encrypt(tokens.refreshToken(), account, REFRESH))
            .param("expires", tokens.expiresAt().atOffset(ZoneOffset.UTC))
            .param("id", account)
            .param("version", version, Types.INTEGER)
            .update()
        > 0;
  }

  /**
   * Ends an account: its tokens are destroyed and its work is cancelled, what is in flight
   * included. Ending it again changes nothing.
   *
   * @param actor who ended it
   * @param revocationPending whether Withings still has to be told
   * @param onDisconnect what becomes of its Observations in the FHIR server
   * @return whether anything is still to be done with them
   */
  public boolean end(
      UUID account, String actor, boolean revocationPending, OnDisconnect onDisconnect) {
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
                // A worker that is noting what it sent is through with it by now.
                withdrawals.request(account);
                audit.record(
                    actor,
                    "disconnect",
                    account,
                    (revocationPending ? "revocation pending, " : "revoked, ")
                        + onDisconnect.step());
              }
              return withdrawals.pending(account);
            }));
  }

  /** What becomes of a disconnected account's Observations in the FHIR server. */
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

  /** Receipts of the caller's accounts that were ended before, as things stand with them now. */
  public List<DisconnectReceipt> ended(String subject, String provider) {
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

  /** The appli codes that are subscribed for an account, as far as we know. */
  public List<Integer> subscribed(UUID account) {
    return jdbc.sql(
            "select appli from subscription where account_id = ? and state = 'active' order by appli")
        .param(account)
        .query(Integer.class)
        .list();
  }

  /** Connected accounts of which a subscription failed, the longest ago first. */
  public List<AccountRef> unsubscribed() {
    return jdbc.sql(
            """
            select a.id, a.provider, a.subject, a.external_user_id, a.patient_id
            from connected_account a join subscription s on s.account_id = a.id
            where s.state = 'failed' and a.status = 'connected'
            group by a.id order by min(s.changed_at) limit 100
            """)
        .query((row, i) -> ref(row))
        .list();
  }

  /** How an account's subscriptions stand, by appli code. */
  private Map<Integer, String> subscriptions(UUID account) {
    Map<Integer, String> states = new LinkedHashMap<>();
    jdbc.sql("select appli, state, problem from subscription where account_id = ? order by appli")
        .param(account)
        .query(
            row -> {
              String problem = row.getString(3);
              states.put(row.getInt(1), problem == null ? row.getString(2) : "failed: " + problem);
            });
    return states;
  }

  /** Disconnected accounts of which Withings has to be told. */
  public List<AccountRef> pendingRevocations() {
    return jdbc.sql(
            """
            select id, provider, subject, external_user_id, patient_id from connected_account
            where revocation_pending order by id limit 100
            """)
        .query((row, i) -> ref(row))
        .list();
  }

  /** The provider was told of a disconnect. */
  public void revoked(UUID account) {
    transaction.executeWithoutResult(
        status -> {
          int told =
              jdbc.sql(
                      """
                      update connected_account set revocation_pending = false
                      where id = ? and revocation_pending
                      """)
                  .param(account)
                  .update();
          if (told > 0) {
            audit.record(Audit.SYSTEM, "revoke", account, "the provider was told again");
          }
        });
  }

  /** The access token of a connected account, with its version and end. */
  public AccessToken accessToken(UUID account) {
    return jdbc.sql(
            """
            select access_token, access_token_expires_at, token_version from connected_account
            where id = ? and status = 'connected'
            """)
        .param(account)
        .query(
            (row, i) ->
                new AccessToken(
                    cipher.decrypt(row.getBytes(1), account, ACCESS),
                    row.getTimestamp(2).toInstant(),
                    row.getInt(3)))
        .optional()
        .orElseThrow(() -> new NotConnectedException(account));
  }

  /**
   * An access token as it is stored.
   *
   * @param value the secret
   * @param expiresAt when it ends
   * @param version counts the pairs of the account
   */
  public record AccessToken(String value, Instant expiresAt, int version) {
    @Override
    public String toString() {
      return "AccessToken[version=" + version + "]";
    }
  }

  /**
   * Takes the right to refresh a token pair of that version, for longer than a call can take.
   *
   * @return empty when another worker refreshes or has refreshed it
   */
  public Optional<RefreshRight> takeRefresh(UUID account, int version) {
    return jdbc.sql(
            """
            update connected_account set refreshing_until = now() + interval '45 seconds'
            where id = ? and token_version = ? and status = 'connected'
              and (refreshing_until is null or refreshing_until < now())
            returning refreshing_until, refresh_token
            """)
        .param(account)
        .param(version)
        .query(
            (row, i) ->
                new RefreshRight(
                    account,
                    version,
                    row.getTimestamp(1).toInstant(),
                    cipher.decrypt(row.getBytes(2), account, REFRESH)))
        .optional();
  }

  /**
   * The right to refresh a token pair, which one worker has at a time.
   *
   * @param account whose pair
   * @param version of the pair
   * @param until when it ends; tells one right from another
   * @param refreshToken the secret to do it with
   */
  public record RefreshRight(UUID account, int version, Instant until, String refreshToken) {
    @Override
    public String toString() {
      return "RefreshRight[version=" + version + "]";
    }
  }

  /**
   * The refresh token before the one that was refused, while Withings may still take it: eight
   * hours, or until an access token that came for it is used.
   */
  public Optional<String> previousRefreshToken(RefreshRight right) {
    return jdbc.sql(
            """
            select previous_refresh_token from connected_account
            where id = ? and token_version = ? and status = 'connected'
              and previous_refresh_token is not null
              and tokens_changed_at > now() - interval '8 hours'
            """)
        .param(right.account())
        .param(right.version())
        .query((row, i) -> cipher.decrypt(row.getBytes(1), right.account(), REFRESH))
        .optional();
  }

  /** Gives a right to refresh back that did not lead to a pair; only that one, no later one. */
  public void leaveRefresh(RefreshRight right) {
    jdbc.sql(
            """
            update connected_account set refreshing_until = null
            where id = ? and token_version = ? and refreshing_until = ?
            """)
        .param(right.account())
        .param(right.version())
        .param(right.until().atOffset(ZoneOffset.UTC))
        .update();
  }

  /**
   * Withings no longer lets us in with the pair of that version; the user must connect again.
   * Waiting work is held. Not believed of an older pair than the one that is stored.
   */
  public void reconnectRequired(UUID account, int version) {
    transaction.executeWithoutResult(
        status -> {
          int changed =
              jdbc.sql(
                      """
                      update connected_account set status = 'reconnect_required',
                        refreshing_until = null
                      where id = ? and token_version = ? and status = 'connected'
                      """)
                  .param(account)
                  .param(version)
                  .update();
          if (changed > 0) {
            audit.record(
                Audit.SYSTEM, "reconnect_required", account, "the provider refused the tokens");
          }
        });
  }

  /**
   * Destroys refresh tokens that Withings does not take any more because their successors are eight
   * hours old.
   */
  public void forgetWaysBack() {
    jdbc.sql(
            """
            update connected_account set previous_refresh_token = null
            where previous_refresh_token is not null
              and tokens_changed_at <= now() - interval '8 hours'
            """)
        .update();
  }

  /**
   * Encrypts with the primary key what an older one has encrypted, account by account and while
   * they are in use. Tokens that change meanwhile are encrypted with the primary key by that.
   */
  public Reencryption reencrypt() {
    int renewed = 0;
    int unreadable = 0;
    UUID last = new UUID(0, 0);
    List<StoredTokens> page;
    do {
      page = storedTokens(last);
      for (StoredTokens stored : page) {
        last = stored.account();
        try {
          renewed += isCurrent(stored) ? 0 : renew(stored);
        } catch (IllegalStateException e) {
          unreadable++;
        }
      }
    } while (!page.isEmpty());
    return new Reencryption(renewed, unreadable);
  }

  /**
   * What became of a look for tokens that an older key has encrypted.
   *
   * @param renewed accounts whose tokens are now encrypted with the primary key
   * @param unreadable accounts whose tokens no key decrypts
   */
  public record Reencryption(int renewed, int unreadable) {}

  private record StoredTokens(
      UUID account, int version, byte[] access, byte[] refresh, byte @Nullable [] previous) {}

  private List<StoredTokens> storedTokens(UUID after) {
    return jdbc.sql(
            """
            select id, token_version, access_token, refresh_token, previous_refresh_token
            from connected_account
            where id > ? and access_token is not null and refresh_token is not null
            order by id limit 200
            """)
        .param(after)
        .query(
            (row, i) ->
                new StoredTokens(
                    row.getObject(1, UUID.class),
                    row.getInt(2),
                    row.getBytes(3),
                    row.getBytes(4),
                    row.getBytes(5)))
        .list();
  }

  /** The previous refresh token was encrypted when it was the refresh token. */
  private boolean isCurrent(StoredTokens stored) {
    UUID account = stored.account();
    return cipher.isCurrent(stored.access(), account, ACCESS)
        && cipher.isCurrent(stored.refresh(), account, REFRESH)
        && (stored.previous() == null || cipher.isCurrent(stored.previous(), account, REFRESH));
  }

  private int renew(StoredTokens stored) {
    UUID account = stored.account();
    byte[] previous = stored.previous();
    return jdbc.sql(
            """
            update connected_account set access_token = :access, refresh_token = :refresh,
              previous_refresh_token =
                case when previous_refresh_token is not null then :previous end
            where id = :id and token_version = :version
            """)
        .param("access", again(stored.access(), account, ACCESS))
        .param("refresh", again(stored.refresh(), account, REFRESH))
        .param(
            "previous", previous == null ? null : again(previous, account, REFRESH), Types.BINARY)
        .param("id", account)
        .param("version", stored.version())
        .update();
  }

  private byte[] again(byte[] ciphertext, UUID account, String column) {
    return cipher.encrypt(cipher.decrypt(ciphertext, account, column), account, column);
  }

  /** What the account's user granted. */
  public List<String> scopes(UUID account) {
    return List.of(
        jdbc.sql("select scopes from connected_account where id = ?")
            .param(account)
            .query(String.class)
            .single()
            .split(","));
  }

  /** Notes which Patient on the FHIR server the account's data belongs to. */
  public void patientIs(UUID account, String patientId) {
    jdbc.sql("update connected_account set patient_id = ? where id = ?")
        .param(patientId)
        .param(account)
        .update();
  }

  /** Notes how the subscription of an appli code went; nothing of an account that has ended. */
  public void subscribed(UUID account, int appli, @Nullable String problem) {
    jdbc.sql(
            """
            insert into subscription (account_id, appli, state, problem)
            select id, :appli, :state, :problem from connected_account
            where id = :account and status <> 'disconnected'
            on conflict (account_id, appli) do update set
              state = excluded.state, problem = excluded.problem, changed_at = now()
            """)
        .param("account", account)
        .param("appli", appli)
        .param("state", problem == null ? "active" : "failed")
        .param("problem", problem)
        .update();
  }

  /** Notes why appli codes could not be subscribed; those that are active stay so. */
  public void notSubscribed(UUID account, List<Integer> applis, String problem) {
    jdbc.sql(
            """
            insert into subscription as known (account_id, appli, state, problem)
            select a.id, wanted.appli, 'failed', :problem
            from connected_account a, unnest(cast(:applis as integer[])) as wanted (appli)
            where a.id = :account and a.status <> 'disconnected'
            on conflict (account_id, appli) do update set
              problem = excluded.problem, changed_at = now()
            where known.state = 'failed'
            """)
        .param("account", account)
        .param("applis", applis.toArray(Integer[]::new))
        .param("problem", problem)
        .update();
  }

  /** Notes that an appli code is no longer subscribed, as it is not wanted any more. */
  public void unsubscribed(UUID account, int appli) {
    jdbc.sql("delete from subscription where account_id = ? and appli = ?")
        .param(account)
        .param(appli)
        .update();
  }

  /** A caller's accounts, oldest first. */
  public List<AccountView> of(String subject) {
    return jdbc.sql(
            """
            select id, provider, status, scopes, connected_at from connected_account
            where subject = ? order by connected_at, id
            """)
        .param(subject)
        .query((row, i) -> view(row))
        .list();
  }

  /** An account as its owner sees it: id, provider, status, scopes and connected_at of a row. */
  AccountView view(ResultSet row) throws SQLException {
    UUID id = row.getObject("id", UUID.class);
    List<String> scopes = List.of(row.getString("scopes").split(","));
    return new AccountView(
        id,
        row.getString("provider"),
        row.getString("status"),
        scopes,
        row.getTimestamp("connected_at").toInstant(),
        kinds(id, row.getString("provider"), scopes),
        subscriptions(id));
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

  /** The appli codes that Withings did not take when they were last subscribed. */
  public List<Integer> failedSubscriptions(UUID account) {
    return jdbc.sql("select appli from subscription where account_id = ? and state = 'failed'")
        .param(account)
        .query(Integer.class)
        .list();
  }

  /** Reads an account that a statement of a route returned. */
  public static AccountRef of(Map<String, @Nullable Object> row) {
    return new AccountRef(
        (UUID) Objects.requireNonNull(row.get("id")),
        (String) Objects.requireNonNull(row.get("provider")),
        (String) Objects.requireNonNull(row.get("subject")),
        (String) Objects.requireNonNull(row.get("external_user_id")),
        (String) row.get("patient_id"));
  }

  private static AccountRef ref(ResultSet row) throws SQLException {
    return new AccountRef(
        row.getObject("id", UUID.class),
        row.getString("provider"),
        row.getString("subject"),
        row.getString("external_user_id"),
        row.getString("patient_id"));
  }
}
