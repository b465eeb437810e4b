package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.AccountSubscriptions;

/** The connected accounts of which a subscription failed. */
@Component
final class ListUnsubscribedAccounts {

  private final AccountSubscriptions subscriptions;

  ListUnsubscribedAccounts(AccountSubscriptions subscriptions) {
    this.subscriptions = subscriptions;
  }

  @Handler
  List<AccountRef> list() {
    return subscriptions.accountsWithFailures();
  }
}
