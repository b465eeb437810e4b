package org.vitalroutes.steps;

import java.time.Clock;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.SyncRequest;

/** The first page of a sync request. */
@Component
final class BeginFetch {

  private final Clock clock;

  BeginFetch(Clock clock) {
    this.clock = clock;
  }

  @Handler
  FetchRequest begin(SyncRequest request) {
    return FetchRequest.first(request, clock.instant());
  }
}
