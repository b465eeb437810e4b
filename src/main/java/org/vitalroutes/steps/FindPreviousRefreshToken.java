package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.AccountTokens;
import org.vitalroutes.store.AccountTokens.RefreshRight;

/** The refresh token before the refused one, if it may live. */
@Component
final class FindPreviousRefreshToken {

  private final AccountTokens tokens;

  FindPreviousRefreshToken(AccountTokens tokens) {
    this.tokens = tokens;
  }

  @Handler
  @Nullable String find(@Variable("right") RefreshRight right) {
    return tokens.previousRefreshToken(right).orElse(null);
  }
}
