package org.vitalroutes.sync;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * What Withings answered for a page.
 *
 * @param fetch what was asked
 * @param body the envelope's body
 * @param devices what is known of the user's devices, by hash
 */
public record VendorReply(FetchRequest fetch, JsonNode body, Map<String, KnownDevice> devices) {

  public VendorReply {
    devices = Map.copyOf(devices);
  }

  /** An answer to a user whose devices nobody has listed. */
  public VendorReply(FetchRequest fetch, JsonNode body) {
    this(fetch, body, Map.of());
  }

  /** Names the request only: the body is health data. */
  @Override
  public String toString() {
    return "VendorReply[" + fetch.request().id() + "]";
  }
}
