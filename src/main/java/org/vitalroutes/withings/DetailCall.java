package org.vitalroutes.withings;

import java.util.List;
import org.vitalroutes.sync.FetchRequest;

/**
 * The calls that tell more of a single row.
 *
 * @param fetch the page that the row is of
 * @param key business key of what the answers become
 * @param rowHash of what the row alone became; the same row has the same details
 * @param calls in the order of time
 */
public record DetailCall(
    FetchRequest fetch, DetailedRow row, String key, String rowHash, List<WithingsCall> calls) {

  public DetailCall {
    calls = List.copyOf(calls);
  }

  /** Names the key only: the row is health data. */
  @Override
  public String toString() {
    return "DetailCall[" + key + "]";
  }
}
