package org.vitalroutes.steps;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
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
  private final Clock clock;

  KeepToken(Accounts accounts, Clock clock) {
    this.accounts = accounts;
    this.clock = clock;
  }

  @Handler
  AccessToken keep(@Variable("right") RefreshRight right, @Variable("reply") JsonNode reply) {
    accounts.keep(right, Tokens.of(reply, clock));
    return accounts.accessToken(right.account());
  }
}
