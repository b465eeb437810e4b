package org.vitalroutes.fhir;

import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.instance.model.api.IBaseResource;

/** Tells whether a resource is the one that was delivered before. */
public final class ContentHash {
  private static final FhirContext CONTEXT = FhirContext.forR5Cached();

  private ContentHash() {}

  /** SHA-256, in hex, of the compact JSON of a resource. */
  public static String of(IBaseResource resource) {
    // A parser is made per call: parsers are not thread-safe, the context is.
    return Sha256.hex(
        CONTEXT.newJsonParser().setPrettyPrint(false).encodeResourceToString(resource));
  }
}
