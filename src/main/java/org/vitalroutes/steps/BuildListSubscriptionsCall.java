package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.withings.Subscriptions;
import org.vitalroutes.withings.WithingsCall;

/** The call that lists what the account's user has subscribed. */
@Component
final class BuildListSubscriptionsCall {

  @Handler
  WithingsCall build() {
    return Subscriptions.list();
  }
}
