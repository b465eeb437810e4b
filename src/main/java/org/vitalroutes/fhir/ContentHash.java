package org.vitalroutes.fhir;

import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.instance.model.api.IBaseResource;

/** The hash by which a changed resource is recognized. */
public final class ContentHash {
  private static final FhirContext CONTEXT = context();

  private ContentHash() {}

  /** The context of all, set not to look for resources behind references: ours have none. */
  private static FhirContext context() {
    FhirContext context = FhirContext.forR5Cached();
    context.getParserOptions().setAutoContainReferenceTargetsWithNoId(false);
    return context;
  }

  /** SHA-256, in hex, of the compact JSON of a resource. */
  public static String of(IBaseResource resource) {
    return Sha256.hex(json(resource));
  }

  /** The hash of a resource's JSON. */
  public static String ofJson(String json) {
    return Sha256.hex(json);
  }

  /** The hash of a produced resource, which also changes with its row. */
  public static String of(Produced produced, String json) {
    return Sha256.hex(produced.rowHash() == null ? json : json + produced.rowHash());
  }

  /** The compact JSON of a resource, as sent. */
  public static String json(IBaseResource resource) {
    // A parser is made per call: parsers are not thread-safe, the context is.
    return CONTEXT.newJsonParser().setPrettyPrint(false).encodeResourceToString(resource);
  }
}
