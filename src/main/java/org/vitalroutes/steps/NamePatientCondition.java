package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.MatchUrl;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.sync.SyncRequest;

/** The condition under which the Patient is the account's. */
@Component
final class NamePatientCondition {

  private final String system;

  NamePatientCondition(FhirSettings settings) {
    this.system = settings.patientIdentifierSystem();
  }

  @Handler
  String name(SyncRequest request) {
    return MatchUrl.identifier("Patient", system, request.account().subject());
  }
}
