package org.vitalroutes.sync;

import java.util.Locale;

/** The outcome of a sync request after a failed call. */
public enum Outcome {
  /** Tried again later, with back-off, up to a hundred times; then a dead letter. */
  RETRY,
  /** The token is refreshed and the call repeated; if refused again, the user must reconnect. */
  RE_AUTHORIZE,
  /** Kept as a dead letter with its reason, until a person replays or discards it. */
  DEAD_LETTER,
  /** Waits until a failure that concerns all requests is over; this is not counted as a try. */
  HOLD;

  /** Its name in documentation and metrics. */
  public String word() {
    return this == DEAD_LETTER ? "dead letter" : name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
