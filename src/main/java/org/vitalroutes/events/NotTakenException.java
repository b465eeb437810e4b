package org.vitalroutes.events;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A receiver did not take an event; the events behind it wait. */
public final class NotTakenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean gone;
  private final @Nullable Duration retryAfter;

  /**
   * Creates it.
   *
   * @param answer what it answered, such as {@code HTTP 503}
   * @param gone whether it wants no more events
   * @param retryAfter how long it asked to wait; null when it did not
   */
  public NotTakenException(String answer, boolean gone, @Nullable Duration retryAfter) {
    super(answer);
    this.gone = gone;
    this.retryAfter = retryAfter;
  }

  /** How long the receiver asked to wait; null when it did not. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** Whether the receiver wants no more events, until the next start. */
  public boolean isGone() {
    return gone;
  }
}
