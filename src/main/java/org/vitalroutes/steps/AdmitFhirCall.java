package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.fhir.deliver.FhirHeldException;
import org.vitalroutes.sync.Destination;

/** Makes sure that the FHIR server may be asked: not while it is down. */
@Component
final class AdmitFhirCall {

  private final Breakers breakers;

  AdmitFhirCall(Breakers breakers) {
    this.breakers = breakers;
  }

  @Handler
  void admit() {
    if (!breakers.of(Destination.FHIR).admits()) {
      throw new FhirHeldException();
    }
  }
}
