package org.vitalroutes.steps;

import java.time.Duration;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Accounts.AccessToken;
import org.vitalroutes.withings.TokenCall;
import org.vitalroutes.withings.WithingsCall;
import org.vitalroutes.withings.WithingsUnavailableException;

/**
 * Takes the right to refresh the account's tokens and builds the call; nothing when it was done.
 */
@Component
final class BuildRefreshCall {

  private final Accounts accounts;
  private final WithingsSettings settings;

  BuildRefreshCall(Accounts accounts, WithingsSettings settings) {
    this.accounts = accounts;
    this.settings = settings;
  }

  @Handler
  @Nullable WithingsCall build(
      @Variable("account") AccountRef account, @Variable("token") AccessToken token) {
    return accounts
        .takeRefresh(account.id(), token.version())
        .map(refresh -> TokenCall.refresh(settings.clientId(), settings.clientSecret(), refresh))
        .orElseGet(
            () -> {
              if (accounts.accessToken(account.id()).version() == token.version()) {
                throw new WithingsUnavailableException(
                    "another worker is refreshing the token", Duration.ofSeconds(1));
              }
              return null;
            });
  }
}
