package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.AccountTokens;
import org.vitalroutes.store.AccountTokens.AccessToken;

/** The access token that is stored for the account. */
@Component
final class FindToken {

  private final AccountTokens tokens;

  FindToken(AccountTokens tokens) {
    this.tokens = tokens;
  }

  @Handler
  AccessToken find(@Variable("account") AccountRef account) {
    return tokens.accessToken(account.id());
  }
}
