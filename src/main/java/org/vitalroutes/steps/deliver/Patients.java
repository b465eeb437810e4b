package org.vitalroutes.steps.deliver;

import ca.uhn.fhir.rest.api.MethodOutcome;
import org.apache.camel.Variable;
import org.hl7.fhir.r5.model.Patient;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.MatchUrl;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.sync.SyncRequest;

/** The Patient of an account. */
@Component
final class Patients {

  private final Accounts accounts;
  private final String system;

  Patients(Accounts accounts, FhirSettings settings) {
    this.accounts = accounts;
    this.system = settings.patientIdentifierSystem();
  }

  /** The Patient to create when the FHIR server has none with the identifier. */
  Patient build(SyncRequest request) {
    Patient patient = new Patient();
    patient.addIdentifier().setSystem(system).setValue(request.account().subject());
    return patient;
  }

  /** The search that finds the Patient. */
  String search(SyncRequest request) {
    return MatchUrl.identifier("Patient", system, request.account().subject());
  }

  /** Records which Patient was found or created. */
  SyncRequest record(SyncRequest request, @Variable("outcome") MethodOutcome outcome) {
    String patientId = outcome.getId().getIdPart();
    accounts.recordPatient(request.account().id(), patientId);
    return request.of(request.account().ofPatient(patientId));
  }
}
