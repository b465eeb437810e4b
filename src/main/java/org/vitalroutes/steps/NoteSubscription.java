package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.Accounts;

/** Notes that an appli code is subscribed. */
@Component
final class NoteSubscription {

  private final Accounts accounts;

  NoteSubscription(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  void note(@Variable("appli") Integer appli, @Variable("account") AccountRef account) {
    accounts.subscribed(account.id(), appli, null);
  }
}
