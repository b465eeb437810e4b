package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountView;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.store.AccountViews;

/** The caller's accounts. */
@Component
final class ListAccounts {

  private final AccountViews views;

  ListAccounts(AccountViews views) {
    this.views = views;
  }

  @Handler
  List<AccountView> list(@Variable("caller") Caller caller) {
    return views.of(caller.subject());
  }
}
