package org.vitalroutes.steps;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.FetchRequest;

/** Ends a sync request that was served, and measures how long its notification took. */
@Component
final class CompleteRequest {

  private static final Logger log = LoggerFactory.getLogger(CompleteRequest.class);

  private final SyncRequests requests;
  private final MeterRegistry meters;

  CompleteRequest(SyncRequests requests, MeterRegistry meters) {
    this.requests = requests;
    this.meters = meters;
  }

  @Handler
  void complete(FetchRequest fetched) {
    String kind = fetched.request().kind().code();
    requests
        .complete(fetched.request(), fetched.begun())
        .ifPresent(age -> meters.timer("vitalroutes.time.to.fhir", "kind", kind).record(age));
    log.debug("the request is served");
  }
}
