package org.vitalroutes.sync;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What Withings answered for a page.
 *
 * @param fetch what was asked
 * @param body the envelope's body
 */
public record VendorReply(FetchRequest fetch, JsonNode body) {

  /** Names the request only: the body is health data. */
  @Override
  public String toString() {
    return "VendorReply[" + fetch.request().id() + "]";
  }
}
