package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Accounts.RefreshRight;

/** The refresh token before the refused one, if it may live. */
@Component
final class FindPreviousRefreshToken {

  private final Accounts accounts;

  FindPreviousRefreshToken(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  @Nullable String find(@Variable("right") RefreshRight right) {
    return accounts.previousRefreshToken(right).orElse(null);
  }
}
