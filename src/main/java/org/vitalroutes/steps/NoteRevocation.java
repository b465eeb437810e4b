package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.store.Accounts;

/** Notes that Withings was told, when it was. */
@Component
final class NoteRevocation {

  private final Accounts accounts;

  NoteRevocation(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  void note(
      @Variable("account") AccountRef account,
      @Variable("revoked") DisconnectReceipt.Step revoked) {
    if (revoked.outcome().equals(DisconnectReceipt.DONE)) {
      accounts.recordRevoked(account.id());
    }
  }
}
