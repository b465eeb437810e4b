package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.store.Accounts.RefreshRight;
import org.vitalroutes.withings.TokenCall;
import org.vitalroutes.withings.WithingsCall;

/** The call for a new token pair. */
@Component
final class BuildRefreshCall {

  private final WithingsSettings settings;

  BuildRefreshCall(WithingsSettings settings) {
    this.settings = settings;
  }

  @Handler
  WithingsCall build(@Variable("right") RefreshRight right) {
    return TokenCall.refresh(settings.clientId(), settings.clientSecret(), right.refreshToken());
  }
}
