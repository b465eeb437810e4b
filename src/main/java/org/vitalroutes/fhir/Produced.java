package org.vitalroutes.fhir;

import java.time.Instant;
import org.hl7.fhir.r5.model.Resource;

/**
 * A resource to deliver.
 *
 * @param key the business key that its id is computed from
 * @param effective when it was measured; for a device, when it last measured in this page
 */
public record Produced(String key, Instant effective, Resource resource) {}
