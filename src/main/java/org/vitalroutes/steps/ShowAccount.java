package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.AccountView;
import org.vitalroutes.store.Accounts;

/** The account as its owner sees it. */
@Component
final class ShowAccount {

  private final Accounts accounts;

  ShowAccount(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  AccountView show(@Variable("account") AccountRef account) {
    return accounts.of(account.subject()).stream()
        .filter(view -> view.id().equals(account.id()))
        .findFirst()
        .orElseThrow();
  }
}
