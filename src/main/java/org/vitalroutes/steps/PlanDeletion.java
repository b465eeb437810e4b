package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.fhir.deliver.Transactions;
import org.vitalroutes.sync.SyncRequest;

/** The transactions that delete Observations. */
@Component
final class PlanDeletion {

  private final Transactions transactions;

  PlanDeletion(Transactions transactions) {
    this.transactions = transactions;
  }

  @Handler
  List<DeliveryPart> plan(
      @Variable("request") SyncRequest request, @Variable("removed") List<Delivered> standing) {
    return transactions.forDeleted(request, standing);
  }
}
