package org.vitalroutes.steps;

import java.time.Duration;
import java.util.List;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.Budget;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncTrigger;

/**
 * Turns what notifications trigger at into sync requests, all at once. While notifications alone
 * use up the budget, those that follow one another are taken together; then a fetch serves them
 * all.
 */
@Component
final class RequestSync {

  private static final Duration PACE = Duration.ofSeconds(10);

  private final SyncRequests requests;
  private final Budget budget;

  RequestSync(SyncRequests requests, Budget budget) {
    this.requests = requests;
    this.budget = budget;
  }

  @Handler
  void request(List<List<SyncTrigger>> triggers) {
    List<SyncTrigger> all = triggers.stream().flatMap(List::stream).toList();
    if (!all.isEmpty()) {
      requests.takeIn(all, budget.isStrained() ? PACE : Duration.ZERO);
    }
  }
}
