package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The answers of Withings about a single row.
 *
 * @param call the request
 * @param bodies of the envelopes, one for each call; empty when Withings refused
 */
public record VendorDetail(DetailCall call, List<JsonNode> bodies) {

  public VendorDetail {
    bodies = List.copyOf(bodies);
  }

  /** Only the call, because the bodies are health data. */
  @Override
  public String toString() {
    return "VendorDetail[" + call.key() + "]";
  }
}
