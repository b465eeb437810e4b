package org.vitalroutes.steps;

import java.util.UUID;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;

/** Names this replica, as the holder of leases. */
@Component
final class NameWorker {

  private final SyncRequests requests;

  NameWorker(SyncRequests requests) {
    this.requests = requests;
  }

  @Handler
  UUID name() {
    return requests.worker();
  }
}
