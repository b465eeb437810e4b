package org.vitalroutes.accounts;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account as routes use it: its owner here, at the provider and on the FHIR server. Holds no
 * tokens.
 *
 * @param id our account id
 * @param provider provider id, such as {@code withings}
 * @param subject the caller who connected it, the JWT's {@code sub}
 * @param externalUserId the provider's user id
 * @param patientId the Patient's logical id on the FHIR server; null until it is found or created
 */
public record AccountRef(
    UUID id, String provider, String subject, String externalUserId, @Nullable String patientId) {

  /**
   * The reference to the Patient.
   *
   * @throws IllegalStateException when it is not known yet
   */
  public String patientReference() {
    if (patientId == null) {
      throw new IllegalStateException("the Patient of account " + id + " is not known yet");
    }
    return "Patient/" + patientId;
  }

  /** The same account, with its Patient. */
  public AccountRef ofPatient(String foundId) {
    return new AccountRef(id, provider, subject, externalUserId, foundId);
  }

  /** Contains only our own id. */
  @Override
  public String toString() {
    return "account " + id;
  }
}
