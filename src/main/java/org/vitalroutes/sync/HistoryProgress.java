package org.vitalroutes.sync;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Progress of filling the history of an account and kind.
 *
 * @param from start of the history
 * @param to end of the history, from which it is filled backwards
 * @param frontier oldest moment that is filled
 * @param startedAt when the filling began
 * @param filledAt when the filling ended; null while it is in progress
 */
public record HistoryProgress(
    Instant from, Instant to, Instant frontier, Instant startedAt, @Nullable Instant filledAt) {

  /** Percentage filled; 100 only when the whole history is filled. */
  public int percent() {
    if (filledAt != null) {
      return 100;
    }
    long whole = Duration.between(from, to).toSeconds();
    return whole == 0 ? 0 : (int) Math.min(99, 100 * done() / whole);
  }

  /** Estimated end at the present speed; null when there is no basis for an estimate. */
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
