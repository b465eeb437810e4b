package org.vitalroutes.steps;

import org.apache.camel.ExchangeException;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.provider.ProviderThrottledException;
import org.vitalroutes.store.Budget;
import org.vitalroutes.store.Budget.Permit;
import org.vitalroutes.sync.Destination;

/** Withings said that there were too many calls: all replicas pause. The failure goes on. */
@Component
final class PauseCalls {

  private static final Logger log = LoggerFactory.getLogger(PauseCalls.class);

  private final Budget budget;
  private final Breakers breakers;

  PauseCalls(Budget budget, Breakers breakers) {
    this.budget = budget;
    this.breakers = breakers;
  }

  @Handler
  void pause(
      @Variable("permit") Permit permit, @ExchangeException ProviderThrottledException failure) {
    breakers.of(Destination.WITHINGS).answered();
    budget.pause(permit, failure.pause());
    log.warn("all calls pause: {}", failure.getMessage());
    throw failure;
  }
}
