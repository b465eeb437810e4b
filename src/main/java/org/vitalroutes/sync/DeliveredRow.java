package org.vitalroutes.sync;

import java.time.Instant;
import java.util.Set;

/**
 * A resource that was delivered and is valid, with the row at Withings that it was made of.
 *
 * @param key its business key
 * @param rows keys of the row that it was made of; one of them in an answer shows that it is there
 * @param from when it was measured, or when that began
 * @param until when that ended
 */
public record DeliveredRow(String key, Set<String> rows, Instant from, Instant until) {

  public DeliveredRow {
    rows = Set.copyOf(rows);
  }

  /** Whether an answer with these rows has its row. */
  boolean isIn(Set<String> seen) {
    return rows.stream().anyMatch(seen::contains);
  }
}
