package org.vitalroutes.fhir.translate;

/**
 * Whose data it is.
 *
 * @param patientReference a literal reference, as {@code Patient/123}
 */
public record Subject(String patientReference) {
  public Subject {
    if (!patientReference.matches("Patient/[A-Za-z0-9.-]{1,64}")) {
      throw new IllegalArgumentException("A subject is a reference of the form Patient/<id>");
    }
  }
}
