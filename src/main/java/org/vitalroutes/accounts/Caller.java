package org.vitalroutes.accounts;

import org.jspecify.annotations.Nullable;

/**
 * The authenticated caller of the API.
 *
 * @param subject the token's {@code sub}
 * @param patientId the Patient named by the token, if any
 */
public record Caller(String subject, @Nullable String patientId) {

  /** The caller as the person whose data a call is about. */
  public Person self() {
    return new Person(subject, subject, "");
  }
}
