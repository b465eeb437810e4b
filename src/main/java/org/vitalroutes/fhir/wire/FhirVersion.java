package org.vitalroutes.fhir.wire;

import ca.uhn.fhir.context.FhirContext;
import java.util.Arrays;
import java.util.Optional;

/** A version of FHIR that resources are sent in. R4B is R4 in all that is sent. */
public enum FhirVersion {
  R4("4.0"),
  R4B("4.3"),
  R5("5.0");

  private final String number;

  FhirVersion(String number) {
    this.number = number;
  }

  /** The version with a number such as {@code 4.0.1}; empty when it is none of these. */
  public static Optional<FhirVersion> of(String number) {
    return Arrays.stream(values())
        .filter(each -> number.equals(each.number) || number.startsWith(each.number + "."))
        .findFirst();
  }

  /** The model of what is sent. Cached, as making one scans the model for a second. */
  public FhirContext context() {
    return isR5() ? FhirContext.forR5Cached() : FhirContext.forR4Cached();
  }

  /** Whether it is the version that everything is translated to. */
  public boolean isR5() {
    return this == R5;
  }
}
