package org.vitalroutes.steps;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.sync.SyncRequest;

/** Another worker has taken the request over; nothing is left to do here. */
@Component
final class NoteLostLease {

  private static final Logger log = LoggerFactory.getLogger(NoteLostLease.class);

  private final MeterRegistry meters;

  NoteLostLease(MeterRegistry meters) {
    this.meters = meters;
  }

  @Handler
  void note(@Variable("request") SyncRequest request) {
    meters.counter("vitalroutes.failures", "outcome", "given-up").increment();
    log.info("sync request {} was taken over by another worker", request.id());
  }
}
