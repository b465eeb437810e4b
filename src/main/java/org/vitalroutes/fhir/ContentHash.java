package org.vitalroutes.fhir;

import org.hl7.fhir.instance.model.api.IBaseResource;

/** The hash by which a changed resource is recognized. */
public final class ContentHash {
  private ContentHash() {}

  /** SHA-256, in hex, of the compact JSON of a resource. */
  public static String of(IBaseResource resource) {
    return Sha256.hex(ResourceJson.of(resource));
  }

  /** The hash of a resource's JSON. */
  public static String ofJson(String json) {
    return Sha256.hex(json);
  }

  /** The hash of a produced resource, which also changes with its row. */
  public static String of(Produced produced, String json) {
    return Sha256.hex(produced.rowHash() == null ? json : json + produced.rowHash());
  }
}
