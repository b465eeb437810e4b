package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.ConnectFailure;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.withings.TokenCall;
import org.vitalroutes.withings.WithingsCall;

/** The call that exchanges a code for tokens, unless the user said no. */
@Component
final class BuildExchangeCall {

  private final WithingsSettings settings;
  private final CallbackUrls urls;

  BuildExchangeCall(WithingsSettings settings, CallbackUrls urls) {
    this.settings = settings;
    this.urls = urls;
  }

  @Handler
  WithingsCall build(
      @Header("code") @Nullable String code,
      @Header("error") @Nullable String error,
      @Variable("state") OAuthState state) {
    if (error != null) {
      throw new ConnectFailure(error.equals("access_denied") ? error : "server_error");
    }
    if (code == null || code.isBlank()) {
      throw new ConnectFailure("invalid_request");
    }
    return TokenCall.exchange(
        settings.clientId(), settings.clientSecret(), code, urls.oauth(state.redirectUri()));
  }
}
