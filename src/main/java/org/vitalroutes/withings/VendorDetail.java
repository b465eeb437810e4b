package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What Withings answered for a single row.
 *
 * @param call what was asked
 * @param bodies the envelopes' bodies, one for each call; empty when Withings refused
 */
public record VendorDetail(DetailCall call, List<JsonNode> bodies) {

  public VendorDetail {
    bodies = List.copyOf(bodies);
  }

  /** Names the call only: the bodies are health data. */
  @Override
  public String toString() {
    return "VendorDetail[" + call.key() + "]";
  }
}
