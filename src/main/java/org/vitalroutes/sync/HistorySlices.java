package org.vitalroutes.sync;

import java.time.Duration;
import java.time.Instant;

/**
 * How a span of history is cut: the newest first, as much as one page is likely to hold, so that a
 * user sees data soon; then all the rest, so that no page is fetched that is not full.
 */
public final class HistorySlices {

  private HistorySlices() {}

  /** The newest slice of a history; all of it when less than another slice would be left. */
  public static Window newest(DataKind kind, Window history) {
    Duration length = kind.newestSlice();
    Instant cut = history.to().minus(length);
    return cut.minus(length).isBefore(history.from()) ? history : new Window(cut, history.to());
  }

  /**
   * The slice before those that are filled.
   *
   * @param from where the history begins
   * @param frontier down to where it is filled
   */
  public static Window rest(Instant from, Instant frontier) {
    return new Window(from, frontier);
  }
}
