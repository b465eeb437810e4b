package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.hl7.fhir.r5.model.Patient;
import org.springframework.stereotype.Component;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.sync.SyncRequest;

/** The Patient to create when the FHIR server has none with the identifier. */
@Component
final class BuildPatient {

  private final String system;

  BuildPatient(FhirSettings settings) {
    this.system = settings.patientIdentifierSystem();
  }

  @Handler
  Patient build(SyncRequest request) {
    Patient patient = new Patient();
    patient.addIdentifier().setSystem(system).setValue(request.account().subject());
    return patient;
  }
}
