package org.vitalroutes.steps.deliver;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.fhir.wire.FhirVersion;

/**
 * A call of the FHIR server.
 *
 * @param operation of camel-fhir
 * @param headers its parameters
 * @param version of FHIR in which it is written; null when it is the same in all
 */
public record FhirCall(String operation, Map<String, Object> headers, @Nullable FhirVersion version) {

  static FhirCall search(String url) {
    return new FhirCall("search/searchByUrl", Map.of("CamelFhir.url", url), null);
  }

  static FhirCall read(String type, String id) {
    return new FhirCall(
        "read/resourceById",
        Map.of("CamelFhir.resourceClass", type, "CamelFhir.stringId", id),
        null);
  }

  /** Creates a resource, as JSON, unless one matches the condition. */
  static FhirCall create(String resource, String condition) {
    return new FhirCall(
        "create/resource",
        Map.of("CamelFhir.resourceAsString", resource, "CamelFhir.url", condition),
        null);
  }

  static FhirCall transaction(DeliveryPart part) {
    return new FhirCall(
        "transaction/withBundle", Map.of("CamelFhir.stringBundle", part.bundle()), part.version());
  }
}
