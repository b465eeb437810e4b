package org.vitalroutes.steps;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.failure.Failure;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;

/** Puts a request aside that cannot succeed without a person. */
@Component
final class DeadLetterRequest {

  private static final Logger log = LoggerFactory.getLogger(DeadLetterRequest.class);

  private final SyncRequests requests;
  private final MeterRegistry meters;
  private final Clock clock;

  DeadLetterRequest(SyncRequests requests, MeterRegistry meters, Clock clock) {
    this.requests = requests;
    this.meters = meters;
    this.clock = clock;
  }

  @Handler
  void deadLetter(
      @Variable("request") SyncRequest request,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    Failure seen = Failure.of(failure, clock);
    requests.deadLetter(request, seen.reason(), seen.detail());
    meters.counter("vitalroutes.failures", "outcome", "dead-letter").increment();
    log.warn(
        "sync request {} becomes a dead letter ({}): {}",
        request.id(),
        seen.reason(),
        seen.detail());
  }
}
