package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.FetchRequest;

/** Ends a sync request that was served. */
@Component
final class CompleteRequest {

  private final SyncRequests requests;

  CompleteRequest(SyncRequests requests) {
    this.requests = requests;
  }

  @Handler
  void complete(FetchRequest fetched) {
    requests.complete(fetched.request(), fetched.begun());
  }
}
