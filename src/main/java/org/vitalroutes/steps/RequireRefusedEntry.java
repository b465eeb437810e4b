package org.vitalroutes.steps;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.DeliveryPart;

/** Lets a failure go on unless the FHIR server refused an entry of the transaction. */
@Component
final class RequireRefusedEntry {

  @Handler
  void require(DeliveryPart part, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure)
      throws Exception {
    if (!part.refusedBy(failure)) {
      throw failure;
    }
  }
}
