package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Accounts.AccessToken;

/** The access token that is stored for the account. */
@Component
final class FindToken {

  private final Accounts accounts;

  FindToken(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  AccessToken find(@Variable("account") AccountRef account) {
    return accounts.accessToken(account.id());
  }
}
