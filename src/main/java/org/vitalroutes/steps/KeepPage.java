package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.FetchRequest;

/**
 * Keeps where the pages of a request have come to, and yields to higher priority for more urgent
 * work.
 */
@Component
final class KeepPage {

  private final SyncRequests requests;

  KeepPage(SyncRequests requests) {
    this.requests = requests;
  }

  @Handler
  FetchRequest keep(FetchRequest next) {
    if (next.more()) {
      requests.keepPage(next);
    }
    return next;
  }
}
