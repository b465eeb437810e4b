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
import org.vitalroutes.accounts.ConnectFailure;
import org.vitalroutes.accounts.OAuthState;

/** Sends the browser back to the app: the account is not connected, and why. */
@Component
final class RedirectFailed {

  private static final Logger log = LoggerFactory.getLogger(RedirectFailed.class);

  @Handler
  @Nullable Object redirect(
      @Variable("state") OAuthState state,
      @Variable("stateValue") String value,
      @ExchangeException Exception failure,
      @Headers Map<String, Object> headers) {
    String error = ConnectFailure.errorOf(failure);
    log.warn("a connection failed: {} ({})", error, failure.getClass().getSimpleName());
    headers.clear();
    headers.put(Exchange.HTTP_RESPONSE_CODE, 302);
    headers.put("Location", state.redirect("error", error, value));
    return null;
  }
}
