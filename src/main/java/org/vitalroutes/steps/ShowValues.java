package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.hl7.fhir.r5.model.Bundle;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.PatientValues;

/** What was found, as codes to choose from and series to draw. */
@Component
final class ShowValues {

  @Handler
  PatientValues show(@Variable("outcome") Bundle found) {
    return PatientValues.of(found);
  }
}
