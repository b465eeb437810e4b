package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.DeliveryPlan;
import org.vitalroutes.sync.FetchRequest;

/** What to fetch after a delivered page. */
@Component
final class NextPage {

  @Handler
  FetchRequest next(DeliveryPlan plan) {
    return plan.next();
  }
}
