package org.vitalroutes.steps.call;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
 * Withings' call budget, one for all replicas. A worker that waits for a call holds no database
 * connection. While Withings is down no call is made, except one that exchanges a code: its user
 * waits, and the code expires after 30 seconds.
 */
@Component
final class CallBudget {

  private static final Logger log = LoggerFactory.getLogger(CallBudget.class);

  /**
   * The longest wait of a call without a sync request, as a user may be waiting in a browser, and
   * of a token call, as the right to refresh must outlive both the wait and the call. A schedule
   * retries calls that get no permit.
   */
  private static final Duration BROWSER_TIMEOUT = Duration.ofSeconds(10);

  private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  private final Budget budget;
  private final Breaker breaker;
  private final SyncRequests requests;
  private final Duration timeout;
  private final RandomGenerator random = RandomGenerator.getDefault();

  CallBudget(Budget budget, Breakers breakers, SyncRequests requests, FetchSettings settings) {
    this.budget = budget;
    this.breaker = breakers.of(Destination.WITHINGS);
    this.requests = requests;
    this.timeout = settings.budgetTimeout();
  }

  /**
   * Waits for the permit to make a call.
   *
   * @throws ProviderThrottledException when none comes free in time, or Withings is down
   * @throws PreemptedException when a request of higher priority waits for the account and kind
   */
  Permit take(@Body WithingsCall call, @Variable("request") @Nullable SyncRequest request)
      throws InterruptedException {
    Priority priority = call.priority(request == null ? null : request.priority());
    requireWithings(priority == Priority.CODE || breaker.most(1) > 0);
    boolean brief = request == null || call.action().equals("requesttoken");
    Duration longest = brief && timeout.compareTo(BROWSER_TIMEOUT) > 0 ? BROWSER_TIMEOUT : timeout;
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
    // The breaker comes last, because a call that it admits must be reported to it.
    boolean admitted = breaker.admits();
    if (!admitted && priority != Priority.CODE) {
      budget.answered(permit.get());
    }
    requireWithings(admitted || priority == Priority.CODE);
    return permit.get();
  }

  /** Pauses all replicas after Withings refused a call as one too many; the failure goes on. */
  void pause(
      @Variable("permit") Permit permit, @ExchangeException ProviderThrottledException failure) {
    breaker.answered();
    budget.pause(permit, failure.pause(), failure.isAsked());
    log.warn("all calls pause: {}", failure.getMessage());
    throw failure;
  }

  /** Releases the permit when the call is over, successful or not. */
  void release(@Variable("permit") Permit permit) {
    budget.answered(permit);
  }

  private static void requireWithings(boolean available) {
    if (!available) {
      throw new ProviderThrottledException("Withings is down", Duration.ZERO);
    }
  }
}
