package org.vitalroutes.steps;

import java.time.Clock;
import java.util.Set;
import org.apache.camel.ExchangeException;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.failure.Failure;
import org.vitalroutes.provider.ProviderRefusedException;

/** An appli code could not be unsubscribed, or was not subscribed any more. */
@Component
final class NoteFailedUnsubscribe {

  /** No such subscription was found; it could not be deleted. */
  private static final Set<Integer> ALREADY_GONE = Set.of(286, 294);

  private final Clock clock;

  NoteFailedUnsubscribe(Clock clock) {
    this.clock = clock;
  }

  @Handler
  DisconnectReceipt.Step note(
      @Variable("appli") Integer appli, @ExchangeException Exception failure) {
    boolean gone =
        failure instanceof ProviderRefusedException refused
            && ALREADY_GONE.contains(refused.status());
    return gone
        ? new DisconnectReceipt.Step("unsubscribe", appli, DisconnectReceipt.ALREADY_GONE, null)
        : new DisconnectReceipt.Step(
            "unsubscribe", appli, DisconnectReceipt.FAILED, Failure.of(failure, clock).detail());
  }
}
