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
final class ParkRequest {

  private static final Logger log = LoggerFactory.getLogger(ParkRequest.class);

  private final SyncRequests requests;
  private final MeterRegistry meters;
  private final Clock clock;

  ParkRequest(SyncRequests requests, MeterRegistry meters, Clock clock) {
    this.requests = requests;
    this.meters = meters;
    this.clock = clock;
  }

  @Handler
  void park(
      @Variable("request") SyncRequest request,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    Failure seen = Failure.of(failure, clock);
    requests.park(request, seen.reason(), seen.detail());
    meters.counter("vitalroutes.failures", "outcome", "park").increment();
    log.warn("sync request {} is parked ({}): {}", request.id(), seen.reason(), seen.detail());
  }
}
