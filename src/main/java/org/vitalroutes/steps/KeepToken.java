package org.vitalroutes.steps;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Accounts.AccessToken;

/** Keeps a refreshed pair; it is committed before its first use. */
@Component
final class KeepToken {

  private final Accounts accounts;
  private final Clock clock;

  KeepToken(Accounts accounts, Clock clock) {
    this.accounts = accounts;
    this.clock = clock;
  }

  @Handler
  AccessToken keep(@Variable("account") AccountRef account, @Variable("reply") JsonNode reply) {
    accounts.keep(account.id(), Tokens.of(reply, clock));
    return accounts.accessToken(account.id());
  }
}
