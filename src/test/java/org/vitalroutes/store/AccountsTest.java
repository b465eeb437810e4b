package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.ErasureList;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.accounts.TokenCipher;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.store.AccountTokens.Reencryption;
import org.vitalroutes.store.AccountTokens.RefreshRight;
import org.vitalroutes.testsupport.LocalPostgres;

/** Accounts, their tokens and subscriptions in a real database, also while keys are rotated. */
class AccountsTest {

  private static final int MANY = 250;

  static DataSource database;
  static JdbcClient jdbc;
  static TransactionTemplate transaction;
  static AccountSubscriptions subscriptions;
  static AccountViews views;
  static KeysetHandle oldKey;
  static KeysetHandle bothKeys;
  static KeysetHandle newKey;

  @BeforeAll
  static void prepare() throws GeneralSecurityException {
    database = LocalPostgres.shared().newPool();
    jdbc = JdbcClient.create(database);
    transaction = new TransactionTemplate(new DataSourceTransactionManager(database));
    subscriptions = new AccountSubscriptions(jdbc, "P1D", 10);
    views = new AccountViews(jdbc, subscriptions, Clock.systemUTC());
    Flyway.configure().dataSource(database).load().migrate();
    AeadConfig.register();
    oldKey = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
    bothKeys =
        KeysetHandle.newBuilder(oldKey)
            .addEntry(
                KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                    .withRandomId()
                    .makePrimary())
            .build();
    newKey =
        KeysetHandle.newBuilder()
            .addEntry(KeysetHandle.importKey(bothKeys.getPrimary().getKey()).makePrimary())
            .build();
  }

  @BeforeEach
  void empty() {
    jdbc.sql("truncate connected_account cascade").update();
  }

  @Test
  void tokens_encrypted_with_an_old_key_are_reencrypted_with_the_primary_key() {
    List<UUID> connected = connectedAndRefreshed(oldKey, MANY);

    Reencryption first = tokens(bothKeys).reencrypt();
    Reencryption second = tokens(bothKeys).reencrypt();

    assertThat(first).isEqualTo(new Reencryption(MANY, 0));
    assertThat(second).isEqualTo(new Reencryption(0, 0));
    assertThat(connected)
        .allSatisfy(
            account -> {
              AccountTokens withNewKey = tokens(newKey);
              assertThat(withNewKey.accessToken(account).value()).isEqualTo("access-2");
              RefreshRight right = withNewKey.claimRefresh(account, 2).orElseThrow();
              assertThat(right.refreshToken()).isEqualTo("refresh-2");
              assertThat(withNewKey.previousRefreshToken(right)).contains("refresh-1");
              assertThatThrownBy(() -> tokens(oldKey).accessToken(account))
                  .isInstanceOf(IllegalStateException.class);
            });
  }

  @Test
  void destroyed_tokens_and_tokens_that_no_key_decrypts_do_not_stop_a_reencryption() {
    UUID ended = connectedAndRefreshed(oldKey, 1).get(0);
    accounts(oldKey).end(ended, Actor.of("someone"), false, OnDisconnect.KEEP);
    KeysetHandle other = another();
    UUID unreadable = accounts(other).connect(state(), tokens("unreadable", 1)).id();
    UUID readable = accounts(oldKey).connect(state(), tokens("readable", 1)).id();

    assertThat(tokens(bothKeys).reencrypt()).isEqualTo(new Reencryption(1, 1));

    assertThat(tokens(newKey).accessToken(readable).value()).isEqualTo("access-1");
    assertThat(tokens(other).accessToken(unreadable).value()).isEqualTo("access-1");
  }

  @Test
  void a_refresh_in_progress_survives_a_change_of_keys() {
    UUID account = accounts(oldKey).connect(state(), tokens("one", 1)).id();
    RefreshRight right = tokens(oldKey).claimRefresh(account, 1).orElseThrow();

    tokens(bothKeys).reencrypt();
    tokens(bothKeys).store(right, tokens("one", 2));

    assertThat(tokens(newKey).accessToken(account).value()).isEqualTo("access-2");
  }

  @Test
  void the_previous_refresh_token_is_destroyed_after_eight_hours() {
    UUID account = connectedAndRefreshed(oldKey, 1).get(0);
    AccountTokens tokens = tokens(oldKey);
    RefreshRight right = tokens.claimRefresh(account, 2).orElseThrow();

    tokens.destroyPreviousRefreshTokens();
    assertThat(tokens.previousRefreshToken(right)).contains("refresh-1");

    jdbc.sql("update connected_account set tokens_changed_at = now() - interval '481 minutes'")
        .update();
    assertThat(tokens.previousRefreshToken(right)).isEmpty();
    assertThat(storedTokens()).isEqualTo(3);

    tokens.destroyPreviousRefreshTokens();
    assertThat(storedTokens()).isEqualTo(2);
    assertThat(tokens.accessToken(account).value()).isEqualTo("access-2");
  }

  @Test
  void a_refresh_right_further_away_than_any_right_is_free() {
    UUID account = accounts(oldKey).connect(state(), tokens("one", 1)).id();
    tokens(oldKey).claimRefresh(account, 1);
    assertThat(tokens(oldKey).claimRefresh(account, 1)).isEmpty();
    jdbc.sql("update connected_account set refreshing_until = now() + interval '2 hours'").update();

    assertThat(tokens(oldKey).claimRefresh(account, 1)).isPresent();
  }

  @Test
  void a_refresh_that_ends_after_a_disconnect_or_a_new_connection_stores_nothing() {
    Accounts accounts = accounts(oldKey);
    AccountTokens tokens = tokens(oldKey);
    UUID account = accounts.connect(state(), tokens("one", 1)).id();
    RefreshRight right = tokens.claimRefresh(account, 1).orElseThrow();

    accounts.end(account, Actor.of("someone"), false, OnDisconnect.KEEP);
    tokens.store(right, tokens("one", 2));
    assertThat(storedTokens()).isZero();

    accounts.connect(state(), tokens("one", 3));
    tokens.store(right, tokens("one", 2));
    tokens.requireReconnect(account, right.version());
    assertThat(tokens.accessToken(account).value()).isEqualTo("access-3");
  }

  @Test
  void a_failed_check_of_the_subscriptions_leaves_the_active_ones_active() {
    Accounts accounts = accounts(newKey);
    UUID account = accounts.connect(state(), tokens("1", 1)).id();
    subscriptions.record(account, 1, null);
    subscriptions.record(account, 2, "293");

    subscriptions.recordFailure(account, List.of(1, 2, 4), "601");

    assertThat(views.of("someone").get(0).subscriptions())
        .containsExactly(entry(1, "active"), entry(2, "failed: 601"), entry(4, "failed: 601"));
    assertThat(subscriptions.accountsWithFailures())
        .extracting(AccountRef::id)
        .containsExactly(account);
  }

  @Test
  void a_subscription_of_a_disconnected_account_is_not_recorded() {
    Accounts accounts = accounts(newKey);
    UUID account = accounts.connect(state(), tokens("1", 1)).id();
    accounts.end(account, Actor.of("someone"), false, OnDisconnect.KEEP);

    subscriptions.record(account, 1, null);
    subscriptions.recordFailure(account, List.of(2), "601");

    assertThat(views.of("someone").get(0).subscriptions()).isEmpty();
  }

  @Test
  void a_disconnect_requests_a_withdrawal_once_and_a_new_connection_cancels_it() {
    Accounts accounts = accounts(newKey);
    UUID account = accounts.connect(state(), tokens("1", 1)).id();
    delivered(account, "weight", "measures", "Observation");
    delivered(account, "scale", "measures", "Device");
    delivered(account, "night", "sleep", "Observation");

    assertThat(accounts.end(account, Actor.of("someone"), false, OnDisconnect.MARK)).isTrue();
    assertThat(accounts.end(account, Actor.of("someone"), false, OnDisconnect.DELETE)).isTrue();
    assertThat(accounts.onDisconnect(account)).isEqualTo(OnDisconnect.MARK);
    assertThat(work())
        .containsExactly("measures withdrawal triggers=1", "sleep withdrawal triggers=1");

    accounts.connect(state(), tokens("1", 2));
    assertThat(work()).isEmpty();
  }

  @Test
  void a_disconnect_that_keeps_the_data_or_finds_none_requests_no_withdrawal() {
    Accounts accounts = accounts(newKey);
    UUID kept = accounts.connect(state(), tokens("1", 1)).id();
    delivered(kept, "weight", "measures", "Observation");
    UUID empty = accounts.connect(state(), tokens("2", 1)).id();

    assertThat(accounts.end(kept, Actor.of("someone"), false, OnDisconnect.KEEP)).isFalse();
    assertThat(accounts.end(empty, Actor.of("someone"), false, OnDisconnect.DELETE)).isFalse();
    assertThat(work()).isEmpty();
  }

  private static void delivered(UUID account, String key, String kind, String type) {
    jdbc.sql(
            """
            insert into delivered
              (account_id, key, kind, resource_type, resource_id, effective_at, content_hash)
            values (?, ?, ?, ?, ?, now(), '')
            """)
        .params(account, key, kind, type, key)
        .update();
  }

  private static List<String> work() {
    return jdbc.sql("select kind, priority, triggers from sync_request order by kind")
        .query((row, i) -> row.getString(1) + " " + row.getString(2) + " triggers=" + row.getInt(3))
        .list();
  }

  private static List<UUID> connectedAndRefreshed(KeysetHandle keys, int count) {
    Accounts accounts = accounts(keys);
    AccountTokens tokens = tokens(keys);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              UUID account = accounts.connect(state(), tokens("user-" + i, 1)).id();
              tokens.store(tokens.claimRefresh(account, 1).orElseThrow(), tokens("user-" + i, 2));
              return account;
            })
        .toList();
  }

  private static OAuthState state() {
    return new OAuthState("withings", "someone", null, "http://localhost:3000/connected");
  }

  private static Tokens tokens(String user, int pair) {
    return new Tokens(
        user,
        "access-" + pair,
        "refresh-" + pair,
        Instant.now().plusSeconds(3600),
        List.of("user.metrics"));
  }

  private static int storedTokens() {
    return jdbc.sql(
            """
            select num_nonnulls(access_token, refresh_token, previous_refresh_token)
            from connected_account
            """)
        .query(Integer.class)
        .single();
  }

  private static Accounts accounts(KeysetHandle keys) {
    return new Accounts(jdbc, transaction, tokens(keys), new Audit(jdbc), ErasureList.of(""));
  }

  private static AccountTokens tokens(KeysetHandle keys) {
    return new AccountTokens(jdbc, transaction, TokenCipher.of(json(keys)), new Audit(jdbc));
  }

  private static KeysetHandle another() {
    try {
      return KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String json(KeysetHandle handle) {
    try {
      return TinkJsonProtoKeysetFormat.serializeKeyset(handle, InsecureSecretKeyAccess.get());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
