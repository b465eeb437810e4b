package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.settings.FetchSettings;
import org.vitalroutes.store.Budget;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.ClaimLimit;

/** What may be claimed now, as work is due, calls are left and destinations are there. */
@Component
final class FindClaimLimit {

  private final SyncRequests requests;
  private final Budget budget;
  private final Breakers breakers;
  private final int workers;

  FindClaimLimit(SyncRequests requests, Budget budget, Breakers breakers, FetchSettings settings) {
    this.requests = requests;
    this.budget = budget;
    this.breakers = breakers;
    this.workers = settings.workers();
  }

  @Handler
  ClaimLimit ask() {
    int most = breakers.most(workers);
    if (most == 0 || !requests.anyDue()) {
      return ClaimLimit.CLOSED;
    }
    Budget.View view = budget.view();
    return ClaimLimit.of(most, view.left(), view.soon(), view.callsPerMinute());
  }
}
