package org.vitalroutes.fhir;

import java.time.Instant;
import org.hl7.fhir.r5.model.Resource;

/**
 * A resource to deliver.
 *
 * @param key the business key that its id is computed from
 * @param effective when it was measured, or when that began; for a device, when it last measured in
 *     this page
 * @param unlessKnown whether it is only to be sent when nothing was delivered under its key
 */
public record Produced(String key, Instant effective, Resource resource, boolean unlessKnown) {

  public Produced(String key, Instant effective, Resource resource) {
    this(key, effective, resource, false);
  }

  /** A resource that others refer to, of which another reply may have told more. */
  static Produced unlessKnown(String key, Instant effective, Resource resource) {
    return new Produced(key, effective, resource, true);
  }
}
