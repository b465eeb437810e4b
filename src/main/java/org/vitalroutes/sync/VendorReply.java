package org.vitalroutes.sync;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * Withings' answer for a page.
 *
 * @param fetch the request
 * @param body the envelope's body
 * @param devices the user's known devices by hash
 */
public record VendorReply(FetchRequest fetch, JsonNode body, Map<String, KnownDevice> devices) {

  public VendorReply {
    devices = Map.copyOf(devices);
  }

  /** An answer for a user whose devices are not known. */
  public VendorReply(FetchRequest fetch, JsonNode body) {
    this(fetch, body, Map.of());
  }

  /** Names the request only: the body is health data. */
  @Override
  public String toString() {
    return "VendorReply[" + fetch.request().id() + "]";
  }
}
