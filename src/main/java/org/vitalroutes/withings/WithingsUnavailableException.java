package org.vitalroutes.withings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Withings could not answer now; the same call may succeed later. */
public final class WithingsUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final @Nullable Duration retryAfter;

  public WithingsUnavailableException(String message, @Nullable Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** How long Withings wants us to wait, when it said so. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
