package org.vitalroutes.sync;

import java.util.Locale;

/** What becomes of a sync request when an answer is not the one that was hoped for. */
public enum Outcome {
  /** Tried again later, with back-off, up to a hundred times; then deadLetters. */
  RETRY,
  /** The token is refreshed and the call made again; after that the user must connect again. */
  RE_AUTHORIZE,
  /** Put aside with its reason, until a person replays or discards it. */
  PARK,
  /** Waits for what concerns all; that is no try. */
  HOLD;

  /** As it is written in docs and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
