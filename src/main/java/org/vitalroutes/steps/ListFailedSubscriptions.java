package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.FailedSubscription;
import org.vitalroutes.store.Accounts;

/** The subscriptions of connected accounts that failed. */
@Component
final class ListFailedSubscriptions {

  private final Accounts accounts;

  ListFailedSubscriptions(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  List<FailedSubscription> list() {
    return accounts.failedSubscriptions();
  }
}
