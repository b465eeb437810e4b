package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.Budget;
import org.vitalroutes.store.Budget.Permit;

/** Notes that a call is over, whatever became of it. */
@Component
final class ReturnPermit {

  private final Budget budget;

  ReturnPermit(Budget budget) {
    this.budget = budget;
  }

  @Handler
  void release(@Variable("permit") Permit permit) {
    budget.answered(permit);
  }
}
