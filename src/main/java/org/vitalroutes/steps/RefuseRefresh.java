package org.vitalroutes.steps;

import java.time.Duration;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.ReconnectRequiredException;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Accounts.AccessToken;
import org.vitalroutes.withings.WithingsUnavailableException;

/** Withings refused a refresh: believed only when the store still holds the same pair. */
@Component
final class RefuseRefresh {

  private final Accounts accounts;

  RefuseRefresh(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  void refuse(@Variable("account") AccountRef account, @Variable("token") AccessToken token) {
    if (accounts.accessToken(account.id()).version() != token.version()) {
      throw new WithingsUnavailableException("the token was refreshed meanwhile", Duration.ZERO);
    }
    throw new ReconnectRequiredException(account.id());
  }
}
