package org.vitalroutes.fhir.translate;

import org.vitalroutes.accounts.AccountPatient;
import org.vitalroutes.accounts.AccountRef;

/**
 * Whose data it is.
 *
 * @param patientReference a literal reference, as {@code Patient/123}
 * @param userId Withings' id of the user, part of all keys
 */
public record Subject(String patientReference, String userId) {
  private static final String PATIENT = "Patient/";

  public Subject {
    if (!patientReference.startsWith(PATIENT)
        || !AccountPatient.isLogicalId(patientReference.substring(PATIENT.length()))) {
      throw new IllegalArgumentException("A subject is a reference of the form Patient/<id>");
    }
  }

  /** The user and the Patient of an account. */
  public static Subject of(AccountRef account) {
    return new Subject(account.patientReference(), account.externalUserId());
  }

  /** Logical id of the Patient. */
  public String patientId() {
    return patientReference.substring(PATIENT.length());
  }
}
