package org.vitalroutes.steps;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.failure.Failure;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.store.Ledger;

/**
 * Puts a single refused resource aside; fails when the server refuses too many to be their fault.
 */
@Component
final class DeadLetterResource {

  private static final Logger log = LoggerFactory.getLogger(DeadLetterResource.class);

  private final Ledger ledger;
  private final MeterRegistry meters;
  private final Clock clock;

  DeadLetterResource(Ledger ledger, MeterRegistry meters, Clock clock) {
    this.ledger = ledger;
    this.meters = meters;
    this.clock = clock;
  }

  @Handler
  void deadLetter(DeliveryPart part, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure)
      throws Exception {
    if (part.refusals().refusedOneTooMany()) {
      throw failure;
    }
    String detail = Failure.of(failure, clock).detail();
    ledger.deadLetter(part.request(), part.entries().get(0), "fhir-refused", detail);
    meters.counter("vitalroutes.failures", "outcome", "dead-letter").increment();
    log.warn(
        "a resource of sync request {} becomes a dead letter: {}", part.request().id(), detail);
  }
}
