package org.vitalroutes.steps.deliver;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.wire.FhirVersion;

/**
 * A call of the FHIR server: an operation of camel-fhir with its parameters as headers, and the
 * version of FHIR in which it is written; null when it is the same in all.
 */
public record FhirCall(
    String operation, Map<String, Object> headers, @Nullable FhirVersion version) {

  static FhirCall read(String type, String id) {
    return new FhirCall(
        "read/resourceById",
        Map.of("CamelFhir.resourceClass", type, "CamelFhir.stringId", id),
        null);
  }

  static FhirCall search(String url) {
    return new FhirCall("search/searchByUrl", Map.of("CamelFhir.url", url), null);
  }
}
