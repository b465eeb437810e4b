package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.withings.TokenCall;
import org.vitalroutes.withings.WithingsCall;

/** The call that exchanges a code for tokens. */
@Component
final class BuildExchangeCall {

  private final WithingsSettings settings;
  private final CallbackUrls urls;

  BuildExchangeCall(WithingsSettings settings, CallbackUrls urls) {
    this.settings = settings;
    this.urls = urls;
  }

  @Handler
  WithingsCall build(String code, @Variable("state") OAuthState state) {
    return TokenCall.exchange(
        settings.clientId(), settings.clientSecret(), code, urls.oauth(state));
  }
}
