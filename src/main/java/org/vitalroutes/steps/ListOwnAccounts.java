package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.provider.Provider;
import org.vitalroutes.store.Accounts;

/** The caller's accounts with the provider of the path that are not disconnected. */
@Component
final class ListOwnAccounts {

  private final Accounts accounts;

  ListOwnAccounts(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  List<AccountRef> list(
      @Variable("caller") Caller caller, @Variable("provider") Provider provider) {
    return accounts.openOf(caller.subject()).stream()
        .filter(account -> account.provider().equals(provider.id()))
        .toList();
  }
}
