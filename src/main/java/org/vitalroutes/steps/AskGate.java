package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.settings.FetchSettings;
import org.vitalroutes.store.Budget;
import org.vitalroutes.sync.ClaimGate;

/** What may be claimed now, as calls are left. */
@Component
final class AskGate {

  private final Budget budget;
  private final int workers;

  AskGate(Budget budget, FetchSettings settings) {
    this.budget = budget;
    this.workers = settings.workers();
  }

  @Handler
  ClaimGate ask() {
    Budget.View view = budget.view();
    return ClaimGate.of(workers, view.left(), view.callsPerMinute());
  }
}
