package org.vitalroutes.fhir.wire;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.PerformanceOptionsEnum;
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

  /** The model of what is sent, shared by all, as making one scans the model. */
  public FhirContext context() {
    return sparing(isR5() ? FhirContext.forR5Cached() : FhirContext.forR4Cached());
  }

  /** A model whose clients have connections of their own. */
  FhirContext newContext() {
    return sparing(isR5() ? FhirContext.forR5() : FhirContext.forR4());
  }

  /** Most types never come: each is scanned when it first does. */
  private static FhirContext sparing(FhirContext context) {
    if (context.getPerformanceOptions().isEmpty()) {
      context.setPerformanceOptions(PerformanceOptionsEnum.DEFERRED_MODEL_SCANNING);
    }
    return context;
  }

  /** Whether it is the version that everything is translated to. */
  public boolean isR5() {
    return this == R5;
  }
}
