package org.vitalroutes.steps;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;

/** The lease of the current sync request. */
@Component
final class SyncLease {

  private final SyncRequests requests;

  SyncLease(SyncRequests requests) {
    this.requests = requests;
  }

  /** Requires that this replica still holds the request, directly before a transaction is sent. */
  void hold(DeliveryPart part) {
    requests.renewLease(part.request());
  }

  /**
   * Fails when a request of higher priority waits for the same account and kind, or for a user who
   * has just connected; not before the first part, so that each turn moves the request on.
   */
  void yieldBetweenParts(
      @Variable("request") SyncRequest request, @ExchangeProperty(Exchange.SPLIT_INDEX) int part) {
    if (part > 0) {
      requests.yieldToHigherPriority(request);
    }
  }
}
