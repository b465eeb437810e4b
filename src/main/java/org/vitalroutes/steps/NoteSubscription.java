package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.AccountSubscriptions;
import org.vitalroutes.withings.SubscriptionChange;

/** Notes that an appli code is subscribed. One that was replaced or dropped leaves no note. */
@Component
final class NoteSubscription {

  private final AccountSubscriptions subscriptions;
  private final WantedSubscriptions wanted;

  NoteSubscription(AccountSubscriptions subscriptions, WantedSubscriptions wanted) {
    this.subscriptions = subscriptions;
    this.wanted = wanted;
  }

  @Handler
  void note(
      @Variable("change") SubscriptionChange change, @Variable("account") AccountRef account) {
    if (change.begins()) {
      subscriptions.record(account.id(), change.appli(), null);
    } else if (!wanted.of(account).contains(change.appli())) {
      subscriptions.remove(account.id(), change.appli());
    }
  }
}
