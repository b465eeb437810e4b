package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Accounts.RefreshRight;

/** Gives the right to refresh back. */
@Component
final class LeaveRefresh {

  private final Accounts accounts;

  LeaveRefresh(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  void leave(@Variable("right") RefreshRight right) {
    accounts.leaveRefresh(right);
  }
}
