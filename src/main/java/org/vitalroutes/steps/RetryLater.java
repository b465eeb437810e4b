package org.vitalroutes.steps;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.random.RandomGenerator;
import org.apache.camel.ExchangeException;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.failure.Failure;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;

/** Gives a request back after a failure that may pass; parks it when it has been tried enough. */
@Component
final class RetryLater {

  private static final Logger log = LoggerFactory.getLogger(RetryLater.class);

  private final SyncRequests requests;
  private final MeterRegistry meters;
  private final Clock clock;
  private final RandomGenerator random = RandomGenerator.getDefault();

  RetryLater(SyncRequests requests, MeterRegistry meters, Clock clock) {
    this.requests = requests;
    this.meters = meters;
    this.clock = clock;
  }

  @Handler
  void retry(@Variable("request") SyncRequest request, @ExchangeException Exception failure) {
    Failure seen = Failure.of(failure, clock);
    if (seen.usedUp(request.tries())) {
      requests.park(request, "tries-used-up", seen.detail());
    } else {
      requests.retryLater(request, seen.waitAfter(request.tries(), random), seen.detail());
    }
    meters.counter("vitalroutes.failures", "outcome", "retry").increment();
    log.info("sync request {} is tried again later: {}", request.id(), seen.detail());
  }
}
