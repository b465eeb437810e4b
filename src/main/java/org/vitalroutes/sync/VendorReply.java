package org.vitalroutes.sync;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Withings' answer for a page.
 *
 * @param fetch the request
 * @param body the envelope's body
 * @param devices the user's known devices by hash
 * @param zone the account's last known time zone; null when none is known
 */
public record VendorReply(
    FetchRequest fetch, JsonNode body, Map<String, KnownDevice> devices, @Nullable ZoneId zone) {

  public VendorReply {
    devices = Map.copyOf(devices);
  }

  /** A reply without known devices and zone. */
  public VendorReply(FetchRequest fetch, JsonNode body) {
    this(fetch, body, Map.of(), null);
  }

  /** Names the request only: the body is health data. */
  @Override
  public String toString() {
    return "VendorReply[" + fetch.request().id() + "]";
  }
}
