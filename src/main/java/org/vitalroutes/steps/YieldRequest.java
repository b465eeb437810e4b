package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;

/** Gives a request back for more urgent work of the same account and kind. */
@Component
final class YieldRequest {

  private final SyncRequests requests;

  YieldRequest(SyncRequests requests) {
    this.requests = requests;
  }

  @Handler
  void yieldRequest(@Variable("request") SyncRequest request) {
    requests.release(request);
  }
}
