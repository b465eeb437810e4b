package org.vitalroutes.steps;

import java.time.Clock;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.SyncRequest;

/** The first page of a sync request, or the one at which a worker before had arrived. */
@Component
final class BeginFetch {

  private final SyncRequests requests;
  private final Clock clock;

  BeginFetch(SyncRequests requests, Clock clock) {
    this.requests = requests;
    this.clock = clock;
  }

  @Handler
  FetchRequest begin(SyncRequest request) {
    return requests.keptPage(request).orElse(FetchRequest.first(request, clock.instant()));
  }
}
