package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Accounts.RefreshRight;
import org.vitalroutes.withings.TokenCall;
import org.vitalroutes.withings.WithingsCall;

/** The call for a new token pair with the refresh token before the refused one, if it may live. */
@Component
final class BuildWayBackCall {

  private final Accounts accounts;
  private final WithingsSettings settings;

  BuildWayBackCall(Accounts accounts, WithingsSettings settings) {
    this.accounts = accounts;
    this.settings = settings;
  }

  @Handler
  @Nullable WithingsCall build(@Variable("right") RefreshRight right) {
    return accounts
        .wayBack(right)
        .map(previous -> TokenCall.refresh(settings.clientId(), settings.clientSecret(), previous))
        .orElse(null);
  }
}
