package org.vitalroutes.steps;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.Breaker;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.provider.ProviderThrottledException;
import org.vitalroutes.settings.FetchSettings;
import org.vitalroutes.store.Budget;
import org.vitalroutes.store.Budget.Permit;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.Destination;
import org.vitalroutes.sync.PreemptedException;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.withings.WithingsCall;

/**
 * Waits until the budget has a call left. Holds no connection meanwhile. While Withings is down
 * there is none, but for a code: its user waits, and it lives 30 seconds.
 */
@Component
final class TakePermit {

  /**
   * For calls without a sync request: a user may wait for them in a browser, for some one by one,
   * and what does not get through is tried again by a schedule.
   */
  private static final Duration BROWSER_TIMEOUT = Duration.ofSeconds(10);

  private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  private final Budget budget;
  private final Breaker breaker;
  private final SyncRequests requests;
  private final Duration timeout;
  private final RandomGenerator random = RandomGenerator.getDefault();

  TakePermit(Budget budget, Breakers breakers, SyncRequests requests, FetchSettings settings) {
    this.budget = budget;
    this.breaker = breakers.of(Destination.WITHINGS);
    this.requests = requests;
    this.timeout = settings.budgetTimeout();
  }

  /**
   * The right to make the call.
   *
   * @throws ProviderThrottledException when there is none after a while, or Withings is down
   * @throws PreemptedException when more urgent work of the same account and kind waits meanwhile
   */
  @Handler
  Permit take(WithingsCall call, @Variable("request") @Nullable SyncRequest request)
      throws InterruptedException {
    Priority priority = call.priority(request == null ? null : request.priority());
    requireWithings(priority == Priority.CODE || breaker.most(1) > 0);
    Duration longest =
        request == null && timeout.compareTo(BROWSER_TIMEOUT) > 0 ? BROWSER_TIMEOUT : timeout;
    long end = System.nanoTime() + longest.toNanos();
    long wait = SHORTEST_NANOS;
    Optional<Permit> permit = budget.take(priority);
    while (permit.isEmpty()) {
      if (System.nanoTime() > end) {
        throw new ProviderThrottledException("the budget of calls is used up", Duration.ZERO);
      }
      if (request != null && priority.compareTo(Priority.LIVE) > 0) {
        requests.yieldToHigherPriority(request);
      }
      TimeUnit.NANOSECONDS.sleep(wait / 2 + random.nextLong(wait / 2));
      wait = Math.min(wait * 2, LONGEST_NANOS);
      permit = budget.take(priority);
    }
    // The last thing before the call, as whatever is admitted has to end.
    boolean admitted = breaker.admits();
    if (!admitted && priority != Priority.CODE) {
      budget.answered(permit.get());
    }
    requireWithings(admitted || priority == Priority.CODE);
    return permit.get();
  }

  private static void requireWithings(boolean there) {
    if (!there) {
      throw new ProviderThrottledException("Withings is down", Duration.ZERO);
    }
  }
}
