package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.accounts.OAuthState;

/** Lets a caller complete only an authorization that they began. */
@Component
final class RequireOwnState {

  @Handler
  void require(@Variable("caller") Caller caller, @Variable("state") OAuthState state) {
    if (!caller.subject().equals(state.subject())) {
      throw new ApiException(400, "invalid_state", "The state is unknown or used; start again");
    }
  }
}
