package org.vitalroutes.steps;

import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.store.AccountTokens;
import org.vitalroutes.store.AccountTokens.AccessToken;
import org.vitalroutes.store.AccountTokens.RefreshRight;

/** Takes the right to refresh the account's tokens; nothing when another worker has done it. */
@Component
final class TakeRefresh {

  private final AccountTokens tokens;

  TakeRefresh(AccountTokens tokens) {
    this.tokens = tokens;
  }

  @Handler
  @Nullable RefreshRight take(
      @Variable("account") AccountRef account, @Variable("token") AccessToken token) {
    Optional<RefreshRight> right = tokens.claimRefresh(account.id(), token.version());
    if (right.isEmpty() && tokens.accessToken(account.id()).version() == token.version()) {
      throw new ProviderUnavailableException(
          "another worker is refreshing the token", Duration.ofSeconds(1));
    }
    return right.orElse(null);
  }
}
