package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.operations.Summary;
import org.vitalroutes.store.Overview;

/** How things stand, over all replicas. */
@Component
final class ShowSummary {

  private final Overview overview;

  ShowSummary(Overview overview) {
    this.overview = overview;
  }

  @Handler
  Summary show() {
    return overview.summary();
  }
}
