package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;

/** Gives a request back for more urgent work of the same account and kind. */
@Component
final class MakeWay {

  private final SyncRequests requests;

  MakeWay(SyncRequests requests) {
    this.requests = requests;
  }

  @Handler
  void makeWay(@Variable("request") SyncRequest request) {
    requests.giveBack(request);
  }
}
