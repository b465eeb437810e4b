package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.withings.SubscriptionChange;
import org.vitalroutes.withings.WithingsCall;

/** The call that begins or ends a subscription. */
@Component
final class BuildSubscriptionCall {

  @Handler
  WithingsCall build(@Variable("change") SubscriptionChange change) {
    return change.call();
  }
}
