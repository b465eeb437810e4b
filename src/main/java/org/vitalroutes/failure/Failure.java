package org.vitalroutes.failure;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.deliver.FhirAnswer;
import org.vitalroutes.fhir.deliver.FhirFailure;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnauthorizedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.sync.Backoff;
import org.vitalroutes.sync.Destination;
import org.vitalroutes.withings.JsonFieldException;

/**
 * A failure as shown to operators: a reason from a short list and a detail without health data or
 * secrets. Messages of foreign exceptions are never used.
 *
 * @param reason stable code
 * @param detail one sentence
 * @param retryAfter the wait requested by the server, if any
 * @param down the destination that is down; null when the failure concerns this request alone
 */
public record Failure(
    String reason, String detail, @Nullable Duration retryAfter, @Nullable Destination down) {

  /** A token that is refused although its refresh was accepted. */
  private static final String UNAUTHORIZED = "withings-unauthorized";

  /** The back-off of so many tries takes a day in the mean. */
  static final int TRIES_OF_A_DAY = 137;

  /** Tries after which a request becomes a dead letter: about a day of back-off. */
  static final int MOST_TRIES = 100;

  /** Classifies an exception by itself or by its decisive cause. */
  public static Failure of(Throwable failure, Clock clock) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProviderUnavailableException e) {
        return new Failure(
            "withings-unavailable",
            text(e),
            e.retryAfter(),
            e.isOutage() ? Destination.WITHINGS : null);
      }
      if (cause instanceof JsonFieldException e) {
        return new Failure("withings-unreadable", text(e), null, null);
      }
      if (cause instanceof ProviderRefusedException e) {
        return new Failure("withings-refused", text(e), null, null);
      }
      if (cause instanceof ProviderUnauthorizedException e) {
        return new Failure(UNAUTHORIZED, text(e), null, null);
      }
      if (cause instanceof BaseServerResponseException) {
        FhirAnswer answer = Objects.requireNonNull(FhirFailure.meaning(cause));
        return new Failure(
            switch (answer.outcome()) {
              case DEAD_LETTER -> "fhir-refused";
              case HOLD -> "fhir-misconfigured";
              default -> "fhir-unavailable";
            },
            FhirFailure.describe(cause),
            FhirFailure.retryAfter(cause, clock),
            answer.isOutage() ? Destination.FHIR : null);
      }
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new Failure("unexpected", root.getClass().getName(), null, null);
  }

  /** Whether the tries are used up. */
  public boolean usedUp(int tries) {
    return tries >= (reason.equals(UNAUTHORIZED) ? TRIES_OF_A_DAY : MOST_TRIES);
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
