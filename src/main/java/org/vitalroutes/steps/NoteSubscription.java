package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.withings.SubscriptionChange;

/** Notes that an appli code is subscribed. One that was replaced or dropped leaves no note. */
@Component
final class NoteSubscription {

  private final Accounts accounts;
  private final WantedSubscriptions wanted;

  NoteSubscription(Accounts accounts, WantedSubscriptions wanted) {
    this.accounts = accounts;
    this.wanted = wanted;
  }

  @Handler
  void note(
      @Variable("change") SubscriptionChange change, @Variable("account") AccountRef account) {
    if (change.begins()) {
      accounts.subscribed(account.id(), change.appli(), null);
    } else if (!wanted.of(account).contains(change.appli())) {
      accounts.unsubscribed(account.id(), change.appli());
    }
  }
}
