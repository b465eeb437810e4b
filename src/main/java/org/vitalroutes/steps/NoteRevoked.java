package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.DisconnectReceipt;

/** Withings has taken the grant back. */
@Component
final class NoteRevoked {

  @Handler
  DisconnectReceipt.Step note() {
    return DisconnectReceipt.Step.of("revoke", DisconnectReceipt.DONE);
  }
}
