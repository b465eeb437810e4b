package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.AccountTokens.AccessToken;
import org.vitalroutes.withings.WithingsCall;

/** The call with the account's token. */
@Component
final class BearToken {

  @Handler
  WithingsCall bear(@Variable("call") WithingsCall call, @Variable("token") AccessToken token) {
    return call.bearing(token.value());
  }
}
