package org.vitalroutes.steps;

import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;

/** The lease of the sync request that is being served. */
@Component
final class SyncLease {

  private final SyncRequests requests;

  SyncLease(SyncRequests requests) {
    this.requests = requests;
  }

  /** Requires that the request is still ours, as the last thing before something is sent for it. */
  void hold(DeliveryPart part) {
    requests.renewLease(part.request());
  }

  /** Ends the request early when one of higher priority waits for the same account and kind. */
  void yieldToHigherPriority(@Variable("request") SyncRequest request) {
    requests.yieldToHigherPriority(request);
  }
}
