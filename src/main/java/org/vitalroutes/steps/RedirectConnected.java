package org.vitalroutes.steps;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.Headers;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.OAuthState;

/** Sends the browser back to the app: the account is connected. */
@Component
final class RedirectConnected {

  @Handler
  @Nullable Object redirect(
      @Variable("state") OAuthState state,
      @Variable("stateValue") String value,
      @Headers Map<String, Object> headers) {
    headers.clear();
    headers.put(Exchange.HTTP_RESPONSE_CODE, 302);
    headers.put("Location", state.redirect("status", "connected", value));
    return null;
  }
}
