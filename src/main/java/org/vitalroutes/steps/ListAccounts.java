package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountView;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.store.Accounts;

/** The caller's accounts. */
@Component
final class ListAccounts {

  private final Accounts accounts;

  ListAccounts(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  List<AccountView> list(@Variable("caller") Caller caller) {
    return accounts.of(caller.subject());
  }
}
