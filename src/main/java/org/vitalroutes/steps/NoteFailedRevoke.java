package org.vitalroutes.steps;

import java.time.Clock;
import org.apache.camel.ExchangeException;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.failure.Failure;

/** Withings could not be told; it is told again later. */
@Component
final class NoteFailedRevoke {

  private final Clock clock;

  NoteFailedRevoke(Clock clock) {
    this.clock = clock;
  }

  @Handler
  DisconnectReceipt.Step note(@ExchangeException Exception failure) {
    return new DisconnectReceipt.Step(
        "revoke", null, DisconnectReceipt.QUEUED, Failure.of(failure, clock).detail());
  }
}
