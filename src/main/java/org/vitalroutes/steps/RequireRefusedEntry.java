package org.vitalroutes.steps;

import org.apache.camel.ExchangeException;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.FhirFailure;

/** Lets a failure go on unless the FHIR server refused an entry of the transaction. */
@Component
final class RequireRefusedEntry {

  @Handler
  void require(@ExchangeException Exception failure) throws Exception {
    if (!FhirFailure.refusesAnEntry(failure)) {
      throw failure;
    }
  }
}
