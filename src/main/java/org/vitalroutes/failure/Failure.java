package org.vitalroutes.failure;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.FhirFailure;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnauthorizedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.sync.Backoff;
import org.vitalroutes.withings.JsonFieldException;

/**
 * A failure, as an operator may read it: a reason from a short list and a detail without health
 * data or secrets. The message of an exception that is not ours is never used.
 *
 * @param reason stable word
 * @param detail sentence
 * @param retryAfter how long the other side wants us to wait, when it said so
 */
public record Failure(String reason, String detail, @Nullable Duration retryAfter) {

  /** After this many tries, about a day of waiting, a person should look. */
  static final int MOST_TRIES = 100;

  /** What an exception, or the cause that matters in it, means. */
  public static Failure of(Throwable failure, Clock clock) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProviderUnavailableException e) {
        return new Failure("withings-unavailable", text(e), e.retryAfter());
      }
      if (cause instanceof JsonFieldException e) {
        return new Failure("withings-unreadable", text(e), null);
      }
      if (cause instanceof ProviderRefusedException e) {
        return new Failure("withings-refused", text(e), null);
      }
      if (cause instanceof ProviderUnauthorizedException e) {
        return new Failure("withings-unauthorized", text(e), null);
      }
      if (cause instanceof BaseServerResponseException) {
        return new Failure(
            FhirFailure.refuses(cause) ? "fhir-refused" : "fhir-unavailable",
            FhirFailure.describe(cause),
            FhirFailure.retryAfter(cause, clock));
      }
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new Failure("unexpected", root.getClass().getName(), null);
  }

  /** Whether it was tried so often that another try is not worth it. */
  public boolean usedUp(int tries) {
    return tries >= MOST_TRIES;
  }

  /** How long to wait before the next try. */
  public Duration waitAfter(int tries, RandomGenerator random) {
    Duration backoff = Backoff.after(tries, random);
    return retryAfter != null && retryAfter.compareTo(backoff) > 0 ? retryAfter : backoff;
  }

  private static String text(Throwable ours) {
    return String.valueOf(ours.getMessage());
  }
}
