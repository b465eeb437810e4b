package org.vitalroutes.steps;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.Handler;
import org.apache.camel.Headers;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.ConnectFailure;
import org.vitalroutes.accounts.OAuthState;

/** Sends the browser back to the app, with the outcome and the state. */
@Component
final class RedirectToApp {

  private static final Logger log = LoggerFactory.getLogger(RedirectToApp.class);

  @Handler
  @Nullable Object redirect(
      @Variable("state") OAuthState state,
      @Variable("stateValue") String stateValue,
      @ExchangeException @Nullable Exception failure,
      @Headers Map<String, Object> headers) {
    UriComponentsBuilder target = UriComponentsBuilder.fromUriString(state.redirectUri());
    if (failure == null) {
      target.queryParam("status", "connected");
    } else {
      String error = error(failure);
      log.warn("a connection failed: {} ({})", error, failure.getClass().getSimpleName());
      target.queryParam("error", error);
    }
    target.queryParam("state", "{state}");
    headers.clear();
    headers.put(Exchange.HTTP_RESPONSE_CODE, 302);
    headers.put("Location", target.encode().buildAndExpand(stateValue).toUriString());
    return null;
  }

  private static String error(Exception failure) {
    if (failure instanceof ConnectFailure said) {
      return said.error();
    }
    return failure instanceof ApiException refused ? refused.code() : "server_error";
  }
}
