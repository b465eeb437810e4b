package org.vitalroutes.accounts;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account as the rooms need it: whose it is here, at its provider and on the FHIR server. No
 * tokens.
 *
 * @param id ours
 * @param provider the id of its provider, such as {@code withings}
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

  /** Names no one: only our own id. */
  @Override
  public String toString() {
    return "account " + id;
  }
}
