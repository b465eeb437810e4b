package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.Accounts;

/** The connected accounts of which a subscription failed. */
@Component
final class ListUnsubscribedAccounts {

  private final Accounts accounts;

  ListUnsubscribedAccounts(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  List<AccountRef> list() {
    return accounts.unsubscribed();
  }
}
