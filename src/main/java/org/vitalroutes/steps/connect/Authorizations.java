package org.vitalroutes.steps.connect;

import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.AuthorizationRequest;
import org.vitalroutes.accounts.AuthorizationStart;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.accounts.CompletionRequest;
import org.vitalroutes.accounts.ConfirmationRequest;
import org.vitalroutes.accounts.ConnectFailure;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.provider.Provider;
import org.vitalroutes.settings.ConnectSettings;
import org.vitalroutes.steps.CallbackUrls;
import org.vitalroutes.steps.Providers;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.CallerBounds;
import org.vitalroutes.store.CallerBounds.Bound;
import org.vitalroutes.store.ConnectLinks;
import org.vitalroutes.store.OAuthStates;
import org.vitalroutes.store.UnconfirmedGrants;
import org.vitalroutes.store.UnconfirmedGrants.Confirmed;
import org.vitalroutes.web.Redirect;

/** The OAuth authorization, from the URL that an app opens to the browser's return. */
@Component
final class Authorizations {

  private static final Logger log = LoggerFactory.getLogger(Authorizations.class);

  private final OAuthStates states;
  private final ConnectSettings connect;
  private final CallbackUrls urls;
  private final Providers providers;
  private final CallerBounds bounds;
  private final Accounts accounts;
  private final UnconfirmedGrants grants;
  private final ConnectLinks links;

  Authorizations(
      OAuthStates states,
      ConnectSettings connect,
      CallbackUrls urls,
      Providers providers,
      CallerBounds bounds,
      Accounts accounts,
      UnconfirmedGrants grants,
      ConnectLinks links) {
    this.links = links;
    this.bounds = bounds;
    this.accounts = accounts;
    this.grants = grants;
    this.states = states;
    this.connect = connect;
    this.urls = urls;
    this.providers = providers;
  }

  /** Begins an authorization; its state is stored as a hash. */
  AuthorizationStart start(
      @Body @Nullable AuthorizationRequest request,
      @Header("provider") String providerId,
      @Variable("caller") Caller caller) {
    Provider provider = providers.find(providerId);
    bounds.count(caller.subject(), Bound.INITIATION);
    String patient = OAuthState.requirePatientId(caller.patientId());
    String redirectUri = request == null ? null : request.redirectUri();
    if (redirectUri == null || !connect.redirectUris().contains(redirectUri)) {
      throw new ApiException(
          400,
          "redirect_uri_not_allowed",
          "redirect_uri must be one of those in CONNECT_REDIRECT_URIS, to the letter");
    }
    String value = OAuthState.freshValue();
    OAuthState state =
        new OAuthState(provider.id(), caller.subject(), patient, redirectUri, caller.actor(), null);
    states.store(value, state);
    return new AuthorizationStart(provider.authorizationUrl(value, urls.oauth(state)), value);
  }

  /** Answers a provider's probe of its callback URL with an empty body. */
  @Nullable Object probe(@Header("provider") String providerId) {
    providers.find(providerId);
    return null;
  }

  /** Takes the state that the browser brought; it is good once. */
  OAuthState take(@Header("state") @Nullable String value, @Header("provider") String providerId) {
    Provider provider = providers.find(providerId);
    if (value == null) {
      throw unknownState();
    }
    return states
        .consume(value)
        .filter(state -> state.provider().equals(provider.id()))
        .orElseThrow(Authorizations::unknownState);
  }

  /** Takes the state that an app brought; only the caller who began may complete. */
  OAuthState takeOwn(
      @Body @Nullable CompletionRequest request,
      @Header("provider") String providerId,
      @Variable("caller") Caller caller) {
    OAuthState state = take(request == null ? null : request.state(), providerId);
    if (!caller.subject().equals(state.subject())) {
      throw new ApiException(400, "invalid_state", "The state is unknown or used; start again");
    }
    return state;
  }

  /** The code that the browser brought, unless the user refused. */
  String code(@Header("code") @Nullable String code, @Header("error") @Nullable String error) {
    if (error != null) {
      throw new ConnectFailure(error.equals("access_denied") ? error : "server_error");
    }
    return required(code);
  }

  /** The code that an app brought. */
  String codeOf(@Body CompletionRequest request) {
    return required(request.code());
  }

  /** Requires an open link, if there is one, and not too many refused codes of late. */
  void requireExchange(@Variable("state") OAuthState state) {
    if (state.link() != null && !links.isOpen(state.link())) {
      throw Accounts.linkNotOpen();
    }
    bounds.require(state.subject(), Bound.FAILED_EXCHANGE);
  }

  /** Counts a code that the provider refused; the failure goes on. */
  void refused(@Variable("state") OAuthState state, @ExchangeException RuntimeException failure) {
    bounds.record(state.subject(), Bound.FAILED_EXCHANGE);
    throw failure;
  }

  /** Whether a grant waits for the app's session to confirm it; after a link there is no app. */
  boolean confirms(@Variable("state") OAuthState state) {
    return state.link() == null && connect.confirm();
  }

  /** Keeps a grant apart and sends the browser back to the app, whose session confirms it. */
  Redirect confirm(
      @Body Tokens granted,
      @Variable("state") OAuthState state,
      @Variable("stateValue") String value) {
    accounts.requireFree(state, granted);
    return new Redirect(state.redirectToConfirm(grants.store(state, value, granted), value));
  }

  /** Takes a grant that the caller's session confirms; it is good once. */
  Confirmed confirmed(
      @Body @Nullable ConfirmationRequest request,
      @Header("provider") String providerId,
      @Variable("caller") Caller caller) {
    String provider = providers.find(providerId).id();
    if (request == null || request.confirmation() == null || request.state() == null) {
      throw unknownConfirmation();
    }
    return grants
        .confirm(provider, request.confirmation(), request.state(), caller.subject())
        .orElseThrow(Authorizations::unknownConfirmation);
  }

  /** Sends the browser back to the app: the account is connected. */
  Redirect connected(@Variable("state") OAuthState state, @Variable("stateValue") String value) {
    return new Redirect(state.redirect("status", "connected", value));
  }

  /** Sends the browser back to the app with the reason why the account is not connected. */
  Redirect failed(
      @Variable("state") OAuthState state,
      @Variable("stateValue") String value,
      @ExchangeException Exception failure) {
    String error = ConnectFailure.errorOf(failure);
    log.warn("a connection failed: {} ({})", error, failure.getClass().getSimpleName());
    return new Redirect(state.redirect("error", error, value));
  }

  private static String required(@Nullable String code) {
    if (code == null || code.isBlank()) {
      throw new ConnectFailure("invalid_request");
    }
    return code;
  }

  private static ApiException unknownConfirmation() {
    return new ApiException(
        400,
        "invalid_confirmation",
        "The confirmation is unknown, used, another user's or older than 10 minutes; start again");
  }

  private static ApiException unknownState() {
    return new ApiException(
        400, "invalid_state", "The state is unknown, used or older than 10 minutes; start again");
  }
}
