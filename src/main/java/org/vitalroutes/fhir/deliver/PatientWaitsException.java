package org.vitalroutes.fhir.deliver;

/** The account has no Patient on the FHIR server yet: its work waits, and no data is fetched. */
public final class PatientWaitsException extends FhirHeldException {

  private static final long serialVersionUID = 1L;

  public PatientWaitsException() {
    super("the account waits for its Patient");
  }
}
