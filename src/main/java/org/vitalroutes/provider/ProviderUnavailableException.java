package org.vitalroutes.provider;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The vendor could not answer now; the same call may succeed later. */
public class ProviderUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final @Nullable Duration retryAfter;

  public ProviderUnavailableException(String message, @Nullable Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** How long the vendor wants us to wait, when it said so. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
