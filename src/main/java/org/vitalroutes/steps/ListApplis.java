package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.Subscriptions;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.store.Accounts;

/** The appli codes to subscribe for an account: the configured ones that its scopes open. */
@Component
final class ListApplis {

  private final WithingsSettings settings;
  private final Accounts accounts;

  ListApplis(WithingsSettings settings, Accounts accounts) {
    this.settings = settings;
    this.accounts = accounts;
  }

  @Handler
  List<Integer> list(@Variable("account") AccountRef account) {
    return Subscriptions.opened(settings.subscriptions(), accounts.scopes(account.id()));
  }
}
