package org.vitalroutes.simulator;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;

/** The application's rate limit in any sliding 60 s; refused calls do not count. */
final class RateLimit {
  private static final long WINDOW_MILLIS = 60_000;

  private final Deque<Long> taken = new ArrayDeque<>();
  private final SimulatorSettings settings;
  private final Clock clock;

  RateLimit(SimulatorSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  synchronized boolean take() {
    int limit = settings.requestsPerMinute();
    if (limit <= 0) {
      return true;
    }
    long now = clock.millis();
    while (!taken.isEmpty() && taken.getFirst() <= now - WINDOW_MILLIS) {
      taken.removeFirst();
    }
    if (taken.size() >= limit) {
      return false;
    }
    taken.addLast(now);
    return true;
  }
}
