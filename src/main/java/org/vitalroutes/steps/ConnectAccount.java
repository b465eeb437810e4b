package org.vitalroutes.steps;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.store.Accounts;

/** Keeps the account and the tokens that Withings granted. */
@Component
final class ConnectAccount {

  private final Accounts accounts;
  private final Clock clock;

  ConnectAccount(Accounts accounts, Clock clock) {
    this.accounts = accounts;
    this.clock = clock;
  }

  @Handler
  AccountRef connect(@Variable("state") OAuthState state, @Variable("reply") JsonNode reply) {
    return accounts.connect(state, Tokens.of(reply, clock));
  }
}
