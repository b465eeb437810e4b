package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.ExchangeException;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.fhir.deliver.FhirFailure;

/** Takes a refused transaction apart, to find the entry that is refused. */
@Component
final class SplitPart {

  @Handler
  List<DeliveryPart> split(DeliveryPart part, @ExchangeException Exception failure) {
    return part.smaller(FhirFailure.places(failure));
  }
}
