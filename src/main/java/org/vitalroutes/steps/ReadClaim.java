package org.vitalroutes.steps;

import java.util.Map;
import org.apache.camel.Handler;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;

/** Reads a row that the claim returned, which is in hand from now on. */
@Component
final class ReadClaim {

  private final SyncRequests requests;

  ReadClaim(SyncRequests requests) {
    this.requests = requests;
  }

  @Handler
  SyncRequest read(Map<String, @Nullable Object> row) {
    SyncRequest request = SyncRequests.of(row);
    requests.takeInHand(request);
    return request;
  }
}
