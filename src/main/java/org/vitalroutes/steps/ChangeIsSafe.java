package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.withings.SubscriptionChange;

/** Whether a change loses no notification: no subscription ends whose replacement was refused. */
@Component
final class ChangeIsSafe {

  private final Accounts accounts;

  ChangeIsSafe(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  boolean isSafe(SubscriptionChange change, @Variable("account") AccountRef account) {
    return change.begins() || !accounts.failedSubscriptions(account.id()).contains(change.appli());
  }
}
