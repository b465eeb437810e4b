package org.vitalroutes.withings;

import java.util.List;
import org.vitalroutes.sync.FetchRequest;

/**
 * The calls that fetch the details of a single row.
 *
 * @param fetch the page that has the row
 * @param key business key of the resource made from the answers
 * @param rowHash hash of the resources made from the row alone; an unchanged row has unchanged
 *     details
 * @param calls in chronological order
 */
public record DetailCall(
    FetchRequest fetch, DetailedRow row, String key, String rowHash, List<WithingsCall> calls) {

  public DetailCall {
    calls = List.copyOf(calls);
  }

  /** Only the key, because the row is health data. */
  @Override
  public String toString() {
    return "DetailCall[" + key + "]";
  }
}
