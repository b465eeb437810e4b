package org.vitalroutes.steps;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.settings.ServiceSettings;
import org.vitalroutes.store.Accounts;

/** Destroys the tokens, cancels the work, queues what becomes of the data, and says so. */
@Component
final class EndAccount {

  private final Accounts accounts;
  private final OnDisconnect onDisconnect;

  EndAccount(Accounts accounts, ServiceSettings settings) {
    this.accounts = accounts;
    this.onDisconnect = settings.onDisconnect();
  }

  @Handler
  DisconnectReceipt end(
      @Variable("account") AccountRef account,
      @Variable("caller") Caller caller,
      @Variable("left") List<DisconnectReceipt.Step> left) {
    boolean pending =
        left.stream().anyMatch(step -> step.outcome().equals(DisconnectReceipt.QUEUED));
    boolean toDo = accounts.end(account.id(), caller.subject(), pending, onDisconnect);
    List<DisconnectReceipt.Step> steps = new ArrayList<>(left);
    steps.add(DisconnectReceipt.Step.of("destroy_tokens", DisconnectReceipt.DONE));
    steps.add(DisconnectReceipt.Step.of("cancel_work", DisconnectReceipt.DONE));
    steps.add(DisconnectReceipt.Step.ofData(onDisconnect, toDo));
    return new DisconnectReceipt(account.id(), "disconnected", steps);
  }
}
