package org.vitalroutes.steps.deliver;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.failure.Failure;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.fhir.deliver.FhirFailure;
import org.vitalroutes.store.Ledger;

/** Transactions that the FHIR server refuses because of one of their entries. */
@Component
final class RefusedParts {

  private static final Logger log = LoggerFactory.getLogger(RefusedParts.class);

  private final Ledger ledger;
  private final MeterRegistry meters;
  private final Clock clock;

  RefusedParts(Ledger ledger, MeterRegistry meters, Clock clock) {
    this.ledger = ledger;
    this.meters = meters;
    this.clock = clock;
  }

  /** Throws the failure again unless the FHIR server refused an entry of the transaction. */
  void requireRefusedEntry(
      DeliveryPart part, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure)
      throws Exception {
    if (!part.refusedBy(failure)) {
      throw failure;
    }
  }

  /** Splits the transaction, to find the entry that is refused. */
  List<DeliveryPart> split(DeliveryPart part, @ExchangeException Exception failure) {
    return part.smaller(FhirFailure.places(failure));
  }

  /**
   * Makes a dead letter of a single refused resource; throws the failure again when the server
   * refuses so many that the resources cannot be the cause.
   */
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
