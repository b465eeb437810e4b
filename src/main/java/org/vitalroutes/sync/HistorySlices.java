package org.vitalroutes.sync;

import java.time.Instant;

/**
 * Slices of a history: first the newest, a page at most, so that a user sees data soon; then the
 * rest in one slice, so that only full pages are fetched.
 */
public final class HistorySlices {

  private HistorySlices() {}

  /**
   * The newest slice of a history; the whole history when it is short. A new connection has nothing
   * to compare, so the whole history when its pages come newest first.
   */
  public static Window newest(DataKind kind, Priority priority, Window history) {
    if (priority == Priority.CONNECTION && kind.isNewestFirst()) {
      return history;
    }
    return history.to().minus(kind.shortestToCut()).isBefore(history.from())
        ? history
        : new Window(history.to().minus(kind.newestSlice()), history.to());
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
