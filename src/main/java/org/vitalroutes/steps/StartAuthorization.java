package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.AuthorizationRequest;
import org.vitalroutes.accounts.AuthorizationStart;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.provider.Provider;
import org.vitalroutes.settings.ConnectSettings;
import org.vitalroutes.store.OAuthStates;

/** Begins an authorization, and says where to send the user. */
@Component
final class StartAuthorization {

  private final OAuthStates states;
  private final ConnectSettings connect;
  private final CallbackUrls urls;

  StartAuthorization(OAuthStates states, ConnectSettings connect, CallbackUrls urls) {
    this.states = states;
    this.connect = connect;
    this.urls = urls;
  }

  @Handler
  AuthorizationStart start(
      @Nullable AuthorizationRequest request,
      @Variable("caller") Caller caller,
      @Variable("provider") Provider provider) {
    String redirectUri = request == null ? null : request.redirectUri();
    if (redirectUri == null || !connect.redirectUris().contains(redirectUri)) {
      throw new ApiException(
          400,
          "redirect_uri_not_allowed",
          "redirect_uri must be one of those in CONNECT_REDIRECT_URIS, to the letter");
    }
    String value = OAuthState.freshValue();
    OAuthState state =
        new OAuthState(provider.id(), caller.subject(), caller.patientId(), redirectUri);
    states.store(value, state);
    return new AuthorizationStart(provider.authorizationUrl(value, urls.oauth(state)), value);
  }
}
