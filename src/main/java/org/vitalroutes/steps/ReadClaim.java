package org.vitalroutes.steps;

import java.util.Map;
import org.apache.camel.Handler;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;

/** Reads a row that the claim returned. */
@Component
final class ReadClaim {

  @Handler
  SyncRequest read(Map<String, @Nullable Object> row) {
    return SyncRequests.of(row);
  }
}
