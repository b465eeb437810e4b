package org.vitalroutes.steps;

import org.apache.camel.ExchangeException;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.FhirFailure;

/** Whether the FHIR server refuses what was sent, so that another try changes nothing. */
@Component
final class FhirServerRefuses {

  @Handler
  boolean refuses(@ExchangeException Exception failure) {
    return FhirFailure.refuses(failure);
  }
}
