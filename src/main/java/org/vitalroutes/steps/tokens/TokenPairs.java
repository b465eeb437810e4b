package org.vitalroutes.steps.tokens;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.ReconnectRequiredException;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderThrottledException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.store.AccountTokens;
import org.vitalroutes.store.AccountTokens.AccessToken;
import org.vitalroutes.store.AccountTokens.Reencryption;
import org.vitalroutes.store.AccountTokens.RefreshRight;
import org.vitalroutes.withings.WithingsCall;

/** The access and refresh token of an account: finds, uses, refreshes and re-encrypts them. */
@Component
final class TokenPairs {

  private static final Logger log = LoggerFactory.getLogger(TokenPairs.class);

  /** A token that expires within this time is refreshed first. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  private static final Duration LONGEST_CALL = Duration.ofSeconds(45);

  private final AccountTokens tokens;
  private final Clock clock;

  TokenPairs(AccountTokens tokens, Clock clock) {
    this.tokens = tokens;
    this.clock = clock;
  }

  AccessToken find(@Variable("account") AccountRef account) {
    return tokens.accessToken(account.id());
  }

  boolean expiresSoon(@Variable("token") AccessToken token) {
    return token.expiresAt().isBefore(clock.instant().plus(MARGIN));
  }

  WithingsCall addToken(@Variable("call") WithingsCall call, @Variable("token") AccessToken token) {
    return call.bearing(token.value());
  }

  /** Takes the right to refresh; null when another worker has refreshed the pair already. */
  @Nullable RefreshRight takeRefresh(
      @Variable("account") AccountRef account, @Variable("token") AccessToken token) {
    Optional<RefreshRight> right = tokens.claimRefresh(account.id(), token.version());
    if (right.isEmpty() && tokens.accessToken(account.id()).version() == token.version()) {
      // A right that lasts longer than a call is a wait that Withings asked for.
      Duration left = tokens.untilRefresh(account.id());
      throw new ProviderUnavailableException(
          "another worker is refreshing the token",
          left.compareTo(LONGEST_CALL) > 0 ? left : Duration.ofSeconds(1));
    }
    return right.orElse(null);
  }

  void store(@Body Tokens granted, @Variable("right") RefreshRight right) {
    tokens.store(right, granted);
  }

  /** The refresh token before the refused one; throws the refusal again when none may be valid. */
  String previousRefreshToken(
      @Variable("right") RefreshRight right, @ExchangeException Exception failure)
      throws Exception {
    return tokens.previousRefreshToken(right).orElseThrow(() -> failure);
  }

  /**
   * Fails with the meaning of a refused refresh. The account must be connected again only when the
   * store still holds the same pair, and when the token was refused and not a parameter, an address
   * or a request that a proxy blocks.
   */
  void refuse(
      @Variable("account") AccountRef account,
      @Variable("token") AccessToken token,
      @ExchangeException Exception failure) {
    if (failure instanceof ProviderRefusedException refused && !refused.isOfParameter()) {
      throw new ProviderUnavailableException(
          "a refresh was refused with status " + refused.status(), null);
    }
    if (tokens.accessToken(account.id()).version() != token.version()) {
      throw new ProviderUnavailableException("the token was refreshed meanwhile", Duration.ZERO);
    }
    throw new ReconnectRequiredException(account.id());
  }

  /**
   * Releases the right to refresh. When Withings named a wait for this account, nobody has the
   * right until it is over.
   */
  void release(
      @Variable("right") RefreshRight right,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) @Nullable Exception failure) {
    if (failure instanceof ProviderUnavailableException unavailable
        && !(failure instanceof ProviderThrottledException)
        && unavailable.retryAfter() != null) {
      tokens.postponeRefresh(right, unavailable.retryAfter());
    } else {
      tokens.releaseRefresh(right);
    }
  }

  /** Destroys previous refresh tokens that have expired, and re-encrypts with the primary key. */
  void reencrypt() {
    tokens.destroyPreviousRefreshTokens();
    Reencryption done = tokens.reencrypt();
    if (done.renewed() > 0) {
      log.info("the tokens of {} accounts were encrypted with the primary key", done.renewed());
    }
    if (done.unreadable() > 0) {
      log.error(
          "the tokens of {} accounts cannot be decrypted; is their key in TOKEN_ENCRYPTION_KEYSET?",
          done.unreadable());
    }
  }
}
