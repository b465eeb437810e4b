package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.store.Accounts;

/** The caller's accounts that are not disconnected. */
@Component
final class ListOwnAccounts {

  private final Accounts accounts;

  ListOwnAccounts(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  List<AccountRef> list(@Variable("caller") Caller caller) {
    return accounts.openOf(caller.subject());
  }
}
