package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Accounts.AccessToken;
import org.vitalroutes.store.Accounts.RefreshRight;

/** Keeps a refreshed pair, committed before its first use; the token is the stored one's. */
@Component
final class KeepToken {

  private final Accounts accounts;

  KeepToken(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  AccessToken keep(@Variable("right") RefreshRight right, @Variable("granted") Tokens granted) {
    accounts.keep(right, granted);
    return accounts.accessToken(right.account());
  }
}
