package org.vitalroutes.provider;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The vendor could not answer now; the same call may succeed later. */
public class ProviderUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final @Nullable Duration retryAfter;
  private final boolean outage;

  public ProviderUnavailableException(String message, @Nullable Duration retryAfter) {
    this(message, retryAfter, false);
  }

  private ProviderUnavailableException(
      String message, @Nullable Duration retryAfter, boolean outage) {
    super(message);
    this.retryAfter = retryAfter;
    this.outage = outage;
  }

  /** An outage: the vendor is down for all calls. */
  public static ProviderUnavailableException outage(String message, @Nullable Duration retryAfter) {
    return new ProviderUnavailableException(message, retryAfter, true);
  }

  /** How long the vendor wants us to wait, when it said so. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** Whether it is a matter of the vendor as such and not of this call. */
  public boolean isOutage() {
    return outage;
  }
}
