package org.vitalroutes.sync;

import java.time.Duration;
import java.time.Instant;

/**
 * Slices of a history: first the newest, a page at most, so that a user sees data soon; then the
 * rest in one slice, so that only full pages are fetched.
 */
public final class HistorySlices {

  private HistorySlices() {}

  /**
   * The newest slice of a history; the whole history when less than another slice would remain. A
   * new connection has nothing to compare, so the whole history when its pages come newest first.
   */
  public static Window newest(DataKind kind, Priority priority, Window history) {
    if (priority == Priority.CONNECTION && kind.isNewestFirst()) {
      return history;
    }
    Duration length = kind.newestSlice();
    Instant cut = history.to().minus(length);
    return cut.minus(length).isBefore(history.from()) ? history : new Window(cut, history.to());
  }

  /**
   * The slice that precedes the filled ones.
   *
   * @param from start of the history
   * @param frontier oldest moment that is filled
   */
  public static Window rest(Instant from, Instant frontier) {
    return new Window(from, frontier);
  }
}
