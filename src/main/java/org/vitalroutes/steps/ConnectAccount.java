package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.store.Accounts;

/** Keeps the account and the tokens that its provider granted. */
@Component
final class ConnectAccount {

  private final Accounts accounts;

  ConnectAccount(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  AccountRef connect(@Variable("state") OAuthState state, @Variable("granted") Tokens granted) {
    return accounts.connect(state, granted);
  }
}
