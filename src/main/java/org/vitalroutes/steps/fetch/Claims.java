package org.vitalroutes.steps.fetch;

import java.util.List;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.AdaptiveConcurrency;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.settings.FetchSettings;
import org.vitalroutes.store.Budget;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.ClaimLimit;
import org.vitalroutes.sync.SyncRequest;

/** Claims sync requests for this replica, and keeps their leases. */
@Component
final class Claims {

  private final SyncRequests requests;
  private final Budget budget;
  private final Breakers breakers;
  private final int workers;
  private final AdaptiveConcurrency concurrency;

  Claims(
      SyncRequests requests,
      Budget budget,
      Breakers breakers,
      FetchSettings settings,
      AdaptiveConcurrency concurrency) {
    this.requests = requests;
    this.budget = budget;
    this.breakers = breakers;
    this.workers = settings.workers();
    this.concurrency = concurrency;
  }

  /** Due sync requests, as many as workers, calls and destinations allow. */
  List<SyncRequest> claim() {
    ClaimLimit limit = limit();
    return limit.open() ? requests.claim(limit) : List.of();
  }

  private ClaimLimit limit() {
    int most = breakers.most(workers);
    if (most == 0 || !requests.anyDue()) {
      return ClaimLimit.CLOSED;
    }
    Budget.View view = budget.view();
    return ClaimLimit.of(most, concurrency.most(), view.left(), view.soon(), view.callsPerMinute());
  }

  /** Renews the leases of this replica, and frees what a dead replica or a changed clock holds. */
  void maintainLeases() {
    requests.maintainLeases();
    budget.correctTimes();
  }
}
