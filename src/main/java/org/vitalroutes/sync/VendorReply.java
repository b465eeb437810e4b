package org.vitalroutes.sync;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What Withings answered for a page.
 *
 * @param fetch what was asked
 * @param body the envelope's body
 * @param details what was asked besides for single rows, by the key of the call
 */
public record VendorReply(FetchRequest fetch, JsonNode body, Map<String, JsonNode> details) {

  public VendorReply {
    details = Map.copyOf(details);
  }

  public VendorReply(FetchRequest fetch, JsonNode body) {
    this(fetch, body, Map.of());
  }

  /** The same with its details. */
  public VendorReply with(List<VendorDetail> found) {
    return new VendorReply(
        fetch,
        body,
        found.stream().collect(Collectors.toMap(VendorDetail::key, VendorDetail::body)));
  }

  /** Names the request only: the body is health data. */
  @Override
  public String toString() {
    return "VendorReply[" + fetch.request().id() + "]";
  }
}
