package org.vitalroutes.sync;

import java.time.Duration;
import java.time.Instant;

/**
 * How a span of history is cut: newest first, and small at first, so that a user sees data soon and
 * the rest comes behind everything that is more urgent.
 */
public final class HistorySlices {

  /** A page of most kinds. */
  private static final Duration FIRST = Duration.ofDays(30);

  private HistorySlices() {}

  /** The newest slice of a history. */
  public static Window first(DataKind kind, Window history) {
    return cut(shorter(FIRST, kind.longestSlice().dividedBy(4)), history.from(), history.to());
  }

  /**
   * The slice before those that are filled.
   *
   * @param from where the history begins
   * @param frontier down to where it is filled
   */
  public static Window older(DataKind kind, Instant from, Instant frontier) {
    return cut(kind.longestSlice(), from, frontier);
  }

  private static Window cut(Duration length, Instant from, Instant to) {
    Instant cut = to.minus(length);
    return new Window(cut.isBefore(from) ? from : cut, to);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
