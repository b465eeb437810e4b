package org.vitalroutes.steps;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;

/** Gives a request back that has to wait for what concerns all; that is no failure and no try. */
@Component
final class ReleaseRequest {

  private final SyncRequests requests;
  private final MeterRegistry meters;

  ReleaseRequest(SyncRequests requests, MeterRegistry meters) {
    this.requests = requests;
    this.meters = meters;
  }

  @Handler
  void release(@Variable("request") SyncRequest request) {
    requests.release(request);
    meters.counter("vitalroutes.failures", "outcome", "held").increment();
  }
}
