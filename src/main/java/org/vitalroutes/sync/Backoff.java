package org.vitalroutes.sync;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Wait between tries: doubles from one second to 15 minutes. */
public final class Backoff {

  static final Duration FIRST = Duration.ofSeconds(1);
  static final Duration LONGEST = Duration.ofMinutes(15);

  private Backoff() {}

  /**
   * The wait after a failed try.
   *
   * @param tries number of tries so far, from 1
   * @param random spreads the waits over the upper half of each step, so that simultaneous failures
   *     are not retried simultaneously
   */
  public static Duration after(int tries, RandomGenerator random) {
    int doublings = Math.min(Math.max(tries, 1) - 1, 20);
    long step = Math.min(FIRST.toMillis() << doublings, LONGEST.toMillis());
    return Duration.ofMillis(step / 2 + random.nextLong(step / 2 + 1));
  }
}
