package org.vitalroutes.sync;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What Withings answered for a single row of a page.
 *
 * @param key of the call, unique in its page
 * @param body the envelope's body
 */
public record VendorDetail(String key, JsonNode body) {

  /** Names the call only: the body is health data. */
  @Override
  public String toString() {
    return "VendorDetail[" + key + "]";
  }
}
