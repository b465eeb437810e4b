package org.vitalroutes.steps;

import java.util.UUID;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;

/** Names this process, as the holder of leases. */
@Component
final class NameWorker {

  @Handler
  UUID name() {
    return SyncRequests.WORKER;
  }
}
