package org.vitalroutes.events;

/** A receiver did not take an event; the events behind it wait. */
public final class NotTakenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean gone;

  /**
   * Creates it.
   *
   * @param answer what it answered, such as {@code HTTP 503}
   * @param gone whether it wants no more events
   */
  public NotTakenException(String answer, boolean gone) {
    super(answer);
    this.gone = gone;
  }

  /** Whether the receiver wants no more events, until the next start. */
  public boolean isGone() {
    return gone;
  }
}
