package org.vitalroutes.provider;

import java.time.Duration;

/** There were too many calls, or would be: a matter of all calls and not of this one. */
public final class ProviderThrottledException extends ProviderUnavailableException {

  private static final long serialVersionUID = 1L;

  private final Duration pause;

  public ProviderThrottledException(String message, Duration pause) {
    super(message, pause);
    this.pause = pause;
  }

  /** How long to wait; zero when nobody said so and our own budget is used up. */
  public Duration pause() {
    return pause;
  }
}
