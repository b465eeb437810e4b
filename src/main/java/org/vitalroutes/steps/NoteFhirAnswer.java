package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.sync.Destination;

/** Notes that the FHIR server answers. */
@Component
final class NoteFhirAnswer {

  private final Breakers breakers;

  NoteFhirAnswer(Breakers breakers) {
    this.breakers = breakers;
  }

  @Handler
  void note() {
    breakers.of(Destination.FHIR).answered();
  }
}
