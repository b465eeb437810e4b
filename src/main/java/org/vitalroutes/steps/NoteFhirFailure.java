package org.vitalroutes.steps;

import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.Breaker;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.fhir.deliver.FhirAnswer;
import org.vitalroutes.fhir.deliver.FhirFailure;
import org.vitalroutes.sync.Destination;

/**
 * Notes whether the FHIR server answered at all. The failure goes on; one of reading the answer
 * gets a name.
 *
 * <p>The exception is taken from its property: {@code @ExchangeException} gives the innermost
 * cause, which of a server that is not there is a socket's.
 */
@Component
final class NoteFhirFailure {

  private final Breakers breakers;
  private final Clock clock;

  NoteFhirFailure(Breakers breakers, Clock clock) {
    this.breakers = breakers;
    this.clock = clock;
  }

  @Handler
  void note(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) throws Exception {
    Breaker breaker = breakers.of(Destination.FHIR);
    Exception named = FhirFailure.named(failure);
    FhirAnswer answer = FhirFailure.meaning(named);
    if (answer == null) {
      breaker.unknown();
    } else if (answer.isOutage()) {
      breaker.failed(FhirFailure.describe(named), FhirFailure.retryAfter(named, clock));
    } else {
      breaker.answered();
    }
    throw named;
  }
}
