package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.AccountSubscriptions;
import org.vitalroutes.withings.SubscriptionChange;

/** Whether a change loses no notification: no subscription ends whose replacement was refused. */
@Component
final class ChangeIsSafe {

  private final AccountSubscriptions subscriptions;

  ChangeIsSafe(AccountSubscriptions subscriptions) {
    this.subscriptions = subscriptions;
  }

  @Handler
  boolean isSafe(SubscriptionChange change, @Variable("account") AccountRef account) {
    return change.begins() || !subscriptions.failed(account.id()).contains(change.appli());
  }
}
