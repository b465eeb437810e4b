package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.DisconnectReceipt;

/** An appli code is unsubscribed. */
@Component
final class NoteUnsubscribed {

  @Handler
  DisconnectReceipt.Step note(@Variable("appli") Integer appli) {
    return new DisconnectReceipt.Step("unsubscribe", appli, DisconnectReceipt.DONE, null);
  }
}
