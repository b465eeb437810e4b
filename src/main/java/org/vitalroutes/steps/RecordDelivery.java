package org.vitalroutes.steps;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.store.Ledger;

/** Notes in the ledger what the FHIR server has taken. */
@Component
final class RecordDelivery {

  private static final Logger log = LoggerFactory.getLogger(RecordDelivery.class);

  private final Ledger ledger;
  private final MeterRegistry meters;

  RecordDelivery(Ledger ledger, MeterRegistry meters) {
    this.ledger = ledger;
    this.meters = meters;
  }

  @Handler
  void record(DeliveryPart part, @Variable("outcome") String outcome) {
    part.requireTaken(outcome);
    ledger.record(part.request(), part.entries());
    part.refusals().taken(part.entries().size());
    meters
        .counter("vitalroutes.resources.delivered", "kind", part.request().kind().code())
        .increment(part.entries().size());
    log.debug("{} resources are delivered", part.entries().size());
  }
}
