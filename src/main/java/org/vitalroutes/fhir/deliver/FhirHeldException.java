package org.vitalroutes.fhir.deliver;

/** The FHIR server is down: nothing is sent to it, and what needs it waits. */
public class FhirHeldException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public FhirHeldException() {
    this("the FHIR server is down");
  }

  FhirHeldException(String message) {
    super(message);
  }
}
