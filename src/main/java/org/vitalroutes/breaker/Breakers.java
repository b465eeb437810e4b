package org.vitalroutes.breaker;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.vitalroutes.sync.Destination;

/** The breaker of each destination, of this replica. */
public final class Breakers {

  private final List<Breaker> breakers;

  public Breakers(Duration maxWait, Clock clock, RandomGenerator random) {
    breakers =
        List.of(Destination.values()).stream()
            .map(each -> new Breaker(each, maxWait, clock, random))
            .toList();
  }

  /** That of a destination. */
  public Breaker of(Destination destination) {
    return breakers.get(destination.ordinal());
  }

  /** All of them. */
  public List<Breaker> all() {
    return breakers;
  }

  /** Those through which calls do not go. */
  public List<Breaker.View> open() {
    return breakers.stream().map(Breaker::view).filter(Objects::nonNull).toList();
  }

  /** How much of what needs every destination may be begun. */
  public int most(int asked) {
    return breakers.stream().mapToInt(breaker -> breaker.most(asked)).min().orElse(asked);
  }
}
