package org.vitalroutes.steps;

import ca.uhn.fhir.rest.api.MethodOutcome;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.sync.SyncRequest;

/** Notes which Patient was found or created. */
@Component
final class NotePatient {

  private final Accounts accounts;

  NotePatient(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  SyncRequest note(SyncRequest request, @Variable("outcome") MethodOutcome outcome) {
    String patientId = outcome.getId().getIdPart();
    accounts.recordPatient(request.account().id(), patientId);
    return request.of(request.account().ofPatient(patientId));
  }
}
