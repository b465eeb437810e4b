package org.vitalroutes.steps;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.Breaker;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.failure.Failure;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.Destination;
import org.vitalroutes.sync.SyncRequest;

/**
 * Gives a request back after a failure that may pass; makes a dead letter of it when it has been
 * tried enough. While its destination is down nothing counts as a try.
 */
@Component
final class RetryLater {

  private static final Logger log = LoggerFactory.getLogger(RetryLater.class);

  /** The next probe is made with another request, if there is one: the fault may be this one's. */
  private static final Duration AFTER_OTHERS = Duration.ofSeconds(2);

  private final SyncRequests requests;
  private final Breakers breakers;
  private final MeterRegistry meters;
  private final Clock clock;
  private final RandomGenerator random = RandomGenerator.getDefault();

  RetryLater(SyncRequests requests, Breakers breakers, MeterRegistry meters, Clock clock) {
    this.requests = requests;
    this.breakers = breakers;
    this.meters = meters;
    this.clock = clock;
  }

  @Handler
  void retry(
      @Variable("request") SyncRequest request,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    Failure seen = Failure.of(failure, clock);
    Destination down = seen.down();
    Breaker.View open = down == null ? null : breakers.of(down).view();
    if (down != null && open != null) {
      Duration untilProbe = Duration.between(clock.instant(), open.until());
      requests.hold(
          request,
          untilProbe.isNegative() ? AFTER_OTHERS : untilProbe.plus(AFTER_OTHERS),
          seen.detail(),
          down);
      count("held");
      return;
    }
    if (seen.usedUp(request.tries())) {
      requests.deadLetter(request, "tries-used-up", seen.detail());
    } else {
      requests.retryLater(request, seen.waitAfter(request.tries(), random), seen.detail(), down);
    }
    count("retry");
    log.info("sync request {} is tried again later: {}", request.id(), seen.detail());
  }

  private void count(String outcome) {
    meters.counter("vitalroutes.failures", "outcome", outcome).increment();
  }
}
