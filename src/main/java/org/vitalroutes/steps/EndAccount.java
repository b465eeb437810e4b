package org.vitalroutes.steps;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.store.Accounts;

/** Destroys the tokens, cancels the work and says what was done. */
@Component
final class EndAccount {

  private final Accounts accounts;

  EndAccount(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  DisconnectReceipt end(
      @Variable("account") AccountRef account,
      @Variable("caller") Caller caller,
      @Variable("unsubscribed") List<DisconnectReceipt.Step> unsubscribed,
      @Variable("revoked") DisconnectReceipt.Step revoked) {
    boolean pending = revoked.outcome().equals(DisconnectReceipt.QUEUED);
    accounts.end(account.id(), caller.subject(), pending);
    List<DisconnectReceipt.Step> steps = new ArrayList<>(unsubscribed);
    steps.add(revoked);
    steps.add(DisconnectReceipt.Step.of("destroy_tokens", DisconnectReceipt.DONE));
    steps.add(DisconnectReceipt.Step.of("cancel_work", DisconnectReceipt.DONE));
    return new DisconnectReceipt(account.id(), "disconnected", steps);
  }
}
