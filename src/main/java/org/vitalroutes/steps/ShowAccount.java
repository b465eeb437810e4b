package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.AccountView;
import org.vitalroutes.store.AccountViews;

/** The account as its owner sees it. */
@Component
final class ShowAccount {

  private final AccountViews views;

  ShowAccount(AccountViews views) {
    this.views = views;
  }

  @Handler
  AccountView show(@Variable("account") AccountRef account) {
    return views.of(account.subject()).stream()
        .filter(view -> view.id().equals(account.id()))
        .findFirst()
        .orElseThrow();
  }
}
