package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;

/** Lets more urgent work of the same account and kind go first. */
@Component
final class YieldToHigherPriority {

  private final SyncRequests requests;

  YieldToHigherPriority(SyncRequests requests) {
    this.requests = requests;
  }

  @Handler
  void yieldToHigherPriority(@Variable("request") SyncRequest request) {
    requests.yieldToHigherPriority(request);
  }
}
