package org.vitalroutes.steps.deliver;

import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Patient;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountPatient;
import org.vitalroutes.accounts.AccountPatient.Reason;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.fhir.deliver.MatchUrl;
import org.vitalroutes.fhir.deliver.PatientWaitsException;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.sync.SyncRequest;

/** The Patient of an account. */
@Component
final class Patients {

  /** Enough to tell one from several. */
  private static final String TWO = "&_count=2";

  private final Accounts accounts;
  private final String system;
  private final boolean create;

  Patients(Accounts accounts, FhirSettings settings) {
    this.accounts = accounts;
    this.system = settings.patientIdentifierSystem();
    this.create = settings.patientCreate();
  }

  /** Whether a Patient is created when the FHIR server has none with the identifier. */
  boolean areCreated() {
    return create;
  }

  /** The call that creates the Patient; an identifier is the same JSON in every version. */
  FhirCall create(SyncRequest request) {
    Patient patient = new Patient();
    patient.addIdentifier().setSystem(system).setValue(request.account().subject());
    String json = WireFormat.json(patient, FhirVersion.R5);
    return new FhirCall(
        "create/resource",
        Map.of("CamelFhir.resourceAsString", json, "CamelFhir.url", url(request.account())),
        null);
  }

  /** The search that finds the Patient. */
  FhirCall search(@Variable("account") AccountRef account) {
    return FhirCall.search(url(account) + TWO);
  }

  private String url(AccountRef account) {
    return MatchUrl.identifier("Patient", system, account.subject());
  }

  /** Records which Patient was found or created. */
  SyncRequest record(SyncRequest request, @Variable("outcome") MethodOutcome outcome) {
    String patientId = outcome.getId() == null ? null : outcome.getId().getIdPart();
    if (patientId == null || !AccountPatient.isLogicalId(patientId)) {
      throw new UnclassifiedServerFailureException(200, "the created Patient has no logical id");
    }
    accounts.recordPatient(
        request.account().id(), patientId, Boolean.TRUE.equals(outcome.getCreated()));
    return request.of(request.account().ofPatient(patientId));
  }

  /** Records that several Patients have the identifier, so that it is not known which is meant. */
  void recordSeveral(@Variable("account") AccountRef account) {
    accounts.waitForPatient(account.id(), Reason.SEVERAL_MATCHES);
    throw new PatientWaitsException();
  }

  /** Records whether a search found the one Patient. */
  AccountPatient match(@Variable("account") AccountRef account, @Body IBaseResource found) {
    Bundle bundle = WireFormat.inR5(found, Bundle.class);
    List<String> ids =
        bundle == null
            ? List.of()
            : bundle.getEntry().stream()
                .filter(entry -> entry.getResource() instanceof Patient)
                .map(entry -> entry.getResource().getIdElement().getIdPart())
                // Part of URLs and references later.
                .filter(AccountPatient::isLogicalId)
                .distinct()
                .toList();
    if (ids.size() == 1) {
      accounts.recordPatient(account.id(), ids.get(0), false);
      return AccountPatient.matched(ids.get(0));
    }
    Reason reason = ids.isEmpty() ? Reason.NO_MATCH : Reason.SEVERAL_MATCHES;
    accounts.waitForPatient(account.id(), reason);
    return AccountPatient.waiting(reason);
  }

  /** The request with the Patient that was found. */
  SyncRequest require(@Body SyncRequest request, @Variable("outcome") AccountPatient patient) {
    String reference = patient.reference();
    if (reference == null) {
      throw new PatientWaitsException();
    }
    return request.of(request.account().ofPatient(reference.substring("Patient/".length())));
  }
}
