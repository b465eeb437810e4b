package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;

/** Keeps the leases of this process alive and frees those of a dead one. */
@Component
final class TendLeases {

  private final SyncRequests requests;

  TendLeases(SyncRequests requests) {
    this.requests = requests;
  }

  @Handler
  void tend() {
    requests.tendLeases();
  }
}
