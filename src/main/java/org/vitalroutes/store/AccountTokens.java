package org.vitalroutes.store;

import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.TokenCipher;
import org.vitalroutes.accounts.Tokens;

/** The encrypted token pairs of connected accounts, and the right to refresh them. */
public final class AccountTokens {

  static final String ACCESS = "access_token";
  static final String REFRESH = "refresh_token";

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final TokenCipher cipher;
  private final Audit audit;

  public AccountTokens(
      JdbcClient jdbc, TransactionTemplate transaction, TokenCipher cipher, Audit audit) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.cipher = cipher;
    this.audit = audit;
  }

  /**
   * Stores a refreshed token pair, and the refresh token before it as the previous one. A pair that
   * comes too late is dropped: the account was disconnected, reconnected or refreshed meanwhile.
   */
  public void store(RefreshRight right, Tokens tokens) {
    transaction.executeWithoutResult(
        status -> {
          if (replace(right.account(), tokens, right.version())) {
            audit.record(Audit.SYSTEM, "refresh", right.account(), "a new token pair");
          }
        });
  }

  /** Replaces the pair of that version; of any version when it is null. */
  boolean replace(UUID account, Tokens tokens, @Nullable Integer version) {
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

  /** The access token of a connected account. */
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
   * @param expiresAt end of its validity
   * @param version number of the token pair of the account
   */
  public record AccessToken(String value, Instant expiresAt, int version) {
    @Override
    public String toString() {
      return "AccessToken[version=" + version + "]";
    }
  }

  /**
   * Claims the right to refresh a token pair of that version, for longer than a call can take: 10
   * seconds to wait for the budget and 30 for the call.
   *
   * @return empty when another worker refreshes the pair or has refreshed it
   */
  public Optional<RefreshRight> claimRefresh(UUID account, int version) {
    return jdbc.sql(
            """
            update connected_account set refreshing_until = now() + interval '45 seconds'
            where id = ? and token_version = ? and status = 'connected'
              and (refreshing_until is null or refreshing_until < now()
                or refreshing_until > now() + interval '1 hour')
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
   * The right to refresh a token pair, held by one worker at a time.
   *
   * @param account owner of the pair
   * @param version of the pair
   * @param until end of the right; distinguishes one right from a later one
   * @param refreshToken the secret
   */
  public record RefreshRight(UUID account, int version, Instant until, String refreshToken) {
    @Override
    public String toString() {
      return "RefreshRight[version=" + version + "]";
    }
  }

  /**
   * The refresh token before the one that was refused, while Withings may still accept it: for
   * eight hours, or until an access token obtained with it is used. The right is extended, as a
   * second call follows.
   */
  public Optional<String> previousRefreshToken(RefreshRight right) {
    return jdbc.sql(
            """
            update connected_account set refreshing_until = now() + interval '45 seconds'
            where id = ? and token_version = ? and status = 'connected'
              and previous_refresh_token is not null
              and tokens_changed_at > now() - interval '8 hours'
            returning previous_refresh_token
            """)
        .param(right.account())
        .param(right.version())
        .query((row, i) -> cipher.decrypt(row.getBytes(1), right.account(), REFRESH))
        .optional();
  }

  /** Releases a right to refresh that did not lead to a new pair; a later right stays. */
  public void releaseRefresh(RefreshRight right) {
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

  /** Leaves the right to refresh to nobody for so long, as Withings asks. */
  public void postponeRefresh(RefreshRight right, Duration wait) {
    jdbc.sql(
            """
            update connected_account
            set refreshing_until = clock_timestamp() + make_interval(secs => ?)
            where id = ? and token_version = ? and refreshing_until = ?
            """)
        .param(wait.toMillis() / 1000.0)
        .param(right.account())
        .param(right.version())
        .param(right.until().atOffset(ZoneOffset.UTC))
        .update();
  }

  /** How long nobody but the holder of the right may refresh; zero when anybody may. */
  public Duration untilRefresh(UUID account) {
    return jdbc.sql(
            """
            select greatest(0, extract(epoch from refreshing_until - now()))::double precision
            from connected_account where id = ? and refreshing_until is not null
            """)
        .param(account)
        .query(Double.class)
        .optional()
        .map(seconds -> Duration.ofMillis(Math.round(seconds * 1000)))
        .orElse(Duration.ZERO);
  }

  /**
   * Records that Withings refuses the token pair of that version: the user must connect again, and
   * waiting work is held. Ignored when a newer pair is stored.
   */
  public void requireReconnect(UUID account, int version) {
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
   * Destroys previous refresh tokens that Withings no longer accepts, as their successors are eight
   * hours old.
   */
  public void destroyPreviousRefreshTokens() {
    jdbc.sql(
            """
            update connected_account set previous_refresh_token = null
            where previous_refresh_token is not null
              and tokens_changed_at <= now() - interval '8 hours'
            """)
        .update();
  }

  /**
   * Re-encrypts with the primary key the tokens that an older key has encrypted, account by account
   * and while they are in use. Tokens that change meanwhile are encrypted with the primary key
   * anyway.
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
   * Result of a re-encryption.
   *
   * @param renewed accounts whose tokens are now encrypted with the primary key
   * @param unreadable accounts whose tokens no key decrypts
   */
  public record Reencryption(int renewed, int unreadable) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
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
}
