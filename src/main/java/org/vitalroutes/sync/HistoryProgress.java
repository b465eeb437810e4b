package org.vitalroutes.sync;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far the history of an account and kind has come.
 *
 * @param from where it begins
 * @param to where it ends; it is filled from here
 * @param frontier down to where it is filled
 * @param startedAt when that began
 * @param filledAt when it was done; null while it is not
 */
public record HistoryProgress(
    Instant from, Instant to, Instant frontier, Instant startedAt, @Nullable Instant filledAt) {

  /** How much is filled; 100 only when all of it is. */
  public int percent() {
    if (filledAt != null) {
      return 100;
    }
    long whole = Duration.between(from, to).toSeconds();
    return whole == 0 ? 0 : (int) Math.min(99, 100 * done() / whole);
  }

  /** When it will be done if it goes on as it went; null when that cannot be told. */
  public @Nullable Instant estimatedEnd(Instant now) {
    if (filledAt != null || done() == 0) {
      return null;
    }
    double left = (double) Duration.between(from, frontier).toSeconds() / done();
    return now.plusSeconds(Math.round(Duration.between(startedAt, now).toSeconds() * left));
  }

  private long done() {
    return Math.max(0, Duration.between(frontier, to).toSeconds());
  }
}
