package org.vitalroutes.provider;

import java.time.Duration;

/** There were too many calls, or would be: a matter of all calls and not of this one. */
public final class ProviderThrottledException extends ProviderUnavailableException {

  private static final long serialVersionUID = 1L;

  private final Duration pause;
  private final boolean asked;

  /** A wait that is ours to choose. */
  public ProviderThrottledException(String message, Duration pause) {
    this(message, pause, false);
  }

  private ProviderThrottledException(String message, Duration pause, boolean asked) {
    super(message, pause);
    this.pause = pause;
    this.asked = asked;
  }

  /** A wait that the vendor asks for. */
  public static ProviderThrottledException asking(String message, Duration pause) {
    return new ProviderThrottledException(message, pause, true);
  }

  /** Whether the vendor asks for just this wait, so that no longer one is due. */
  public boolean isAsked() {
    return asked;
  }

  /** The time to wait; zero when our own budget is used up. */
  public Duration pause() {
    return pause;
  }
}
