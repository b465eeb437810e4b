package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.settings.FetchSettings;
import org.vitalroutes.store.Budget;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.ClaimGate;

/** What may be claimed now, as work is due and calls are left. */
@Component
final class AskGate {

  private final SyncRequests requests;
  private final Budget budget;
  private final int workers;

  AskGate(SyncRequests requests, Budget budget, FetchSettings settings) {
    this.requests = requests;
    this.budget = budget;
    this.workers = settings.workers();
  }

  @Handler
  ClaimGate ask() {
    if (!requests.anyDue()) {
      return ClaimGate.CLOSED;
    }
    Budget.View view = budget.view();
    return ClaimGate.of(workers, view.left(), view.callsPerMinute());
  }
}
