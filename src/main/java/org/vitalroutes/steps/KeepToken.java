package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.store.AccountTokens;
import org.vitalroutes.store.AccountTokens.AccessToken;
import org.vitalroutes.store.AccountTokens.RefreshRight;

/** Keeps a refreshed pair, committed before its first use; the token is the stored one's. */
@Component
final class KeepToken {

  private final AccountTokens tokens;

  KeepToken(AccountTokens tokens) {
    this.tokens = tokens;
  }

  @Handler
  AccessToken keep(@Variable("right") RefreshRight right, @Variable("granted") Tokens granted) {
    tokens.store(right, granted);
    return tokens.accessToken(right.account());
  }
}
