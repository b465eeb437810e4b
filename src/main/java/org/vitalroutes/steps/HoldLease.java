package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.store.SyncRequests;

/** Makes sure that the request is still ours, as the last thing before something is sent for it. */
@Component
final class HoldLease {

  private final SyncRequests requests;

  HoldLease(SyncRequests requests) {
    this.requests = requests;
  }

  @Handler
  void hold(DeliveryPart part) {
    requests.hold(part.request());
  }
}
