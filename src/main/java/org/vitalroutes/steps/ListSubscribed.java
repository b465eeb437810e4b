package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.AccountSubscriptions;

/** The appli codes that are subscribed for an account. */
@Component
final class ListSubscribed {

  private final AccountSubscriptions subscriptions;

  ListSubscribed(AccountSubscriptions subscriptions) {
    this.subscriptions = subscriptions;
  }

  @Handler
  List<Integer> list(@Variable("account") AccountRef account) {
    return subscriptions.active(account.id());
  }
}
