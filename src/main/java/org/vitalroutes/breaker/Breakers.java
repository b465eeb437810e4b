package org.vitalroutes.breaker;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.vitalroutes.sync.Destination;

/** This replica's circuit breakers, one per destination. */
public final class Breakers {

  private final List<Breaker> breakers;

  public Breakers(Duration maxWait, Clock clock, RandomGenerator random) {
    breakers =
        List.of(Destination.values()).stream()
            .map(each -> new Breaker(each, maxWait, clock, random))
            .toList();
  }

  /** The breaker of a destination. */
  public Breaker of(Destination destination) {
    return breakers.stream()
        .filter(breaker -> breaker.destination() == destination)
        .findFirst()
        .orElseThrow();
  }

  /** All breakers. */
  public List<Breaker> all() {
    return breakers;
  }

  /** The breakers that are not closed. */
  public List<Breaker.View> open() {
    return breakers.stream().map(Breaker::view).filter(Objects::nonNull).toList();
  }

  /** How many requests that need every destination may begin. */
  public int most(int asked) {
    return breakers.stream().mapToInt(breaker -> breaker.most(asked)).min().orElse(asked);
  }
}
