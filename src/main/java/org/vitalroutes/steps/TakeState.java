package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.provider.Provider;
import org.vitalroutes.store.OAuthStates;

/** Takes the authorization under way that a state stands for, once. */
@Component
final class TakeState {

  private final OAuthStates states;

  TakeState(OAuthStates states) {
    this.states = states;
  }

  @Handler
  OAuthState take(
      @Header("state") @Nullable String state, @Variable("provider") Provider provider) {
    if (state == null) {
      throw unknown();
    }
    return states
        .consume(state)
        .filter(taken -> taken.provider().equals(provider.id()))
        .orElseThrow(TakeState::unknown);
  }

  private static ApiException unknown() {
    return new ApiException(
        400, "invalid_state", "The state is unknown, used or older than 10 minutes; start again");
  }
}
