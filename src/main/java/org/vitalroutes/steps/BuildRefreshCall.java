package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.settings.WithingsSettings;
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
  WithingsCall build(String refreshToken) {
    return TokenCall.refresh(settings.clientId(), settings.clientSecret(), refreshToken);
  }
}
