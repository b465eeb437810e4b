package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.AccountTokens;
import org.vitalroutes.store.AccountTokens.RefreshRight;

/** Gives the right to refresh back. */
@Component
final class LeaveRefresh {

  private final AccountTokens tokens;

  LeaveRefresh(AccountTokens tokens) {
    this.tokens = tokens;
  }

  @Handler
  void leave(@Variable("right") RefreshRight right) {
    tokens.releaseRefresh(right);
  }
}
