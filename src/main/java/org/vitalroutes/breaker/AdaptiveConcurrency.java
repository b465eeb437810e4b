package org.vitalroutes.breaker;

import com.netflix.concurrency.limits.limit.AIMDLimit;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How many calls at once the FHIR server bears, within {@code FHIR_CONCURRENCY}: one more after
 * each good answer, three quarters after a refusal or a slow answer (AIMD).
 *
 * <p>Each replica has its own estimate and applies it to the leases of all replicas, as they see
 * the same server. So no state is shared, and the most cautious replica claims last.
 */
public final class AdaptiveConcurrency {

  /**
   * A transaction of 100 resources takes about 0.3 s on two cores; one that takes this long waits.
   */
  static final Duration SLOW = Duration.ofSeconds(10);

  private static final double BACK_OFF = 0.75;

  private final AIMDLimit limit;

  /**
   * Starts at the upper bound.
   *
   * @param most the upper bound; the lower one is two, of which one is reserved for notifications
   */
  public AdaptiveConcurrency(int most) {
    limit =
        AIMDLimit.newBuilder()
            .initialLimit(most)
            .maxLimit(most)
            .minLimit(Math.min(2, most))
            .backoffRatio(BACK_OFF)
            .timeout(SLOW.toMillis(), TimeUnit.MILLISECONDS)
            .build();
  }

  /** How many calls may be under way at once. */
  public int most() {
    return limit.getLimit();
  }

  /** Records a call that the server answered. */
  public void answered(Duration took) {
    limit.onSample(0, took.toNanos(), limit.getLimit(), false);
  }

  /** Records a call that the server could not serve, such as 429, 503 or no answer in time. */
  public void refused() {
    limit.onSample(0, 0, limit.getLimit(), true);
  }
}
