package org.vitalroutes.steps;

import java.time.Duration;
import org.apache.camel.ExchangeException;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.ReconnectRequiredException;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.store.AccountTokens;
import org.vitalroutes.store.AccountTokens.AccessToken;

/**
 * Withings refused a refresh: believed only when the store still holds the same pair, and when it
 * is the token that was refused and not our settings, a proxy's rule or an address.
 */
@Component
final class RefuseRefresh {

  private final AccountTokens tokens;

  RefuseRefresh(AccountTokens tokens) {
    this.tokens = tokens;
  }

  @Handler
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
}
