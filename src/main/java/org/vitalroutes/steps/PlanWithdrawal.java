package org.vitalroutes.steps;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.hl7.fhir.r5.model.Observation;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.Delivered;
import org.vitalroutes.fhir.DeliveryPart;
import org.vitalroutes.fhir.Transactions;
import org.vitalroutes.sync.SyncRequest;

/** The transactions that mark vanished Observations as entered in error. */
@Component
final class PlanWithdrawal {

  private final Transactions transactions;

  PlanWithdrawal(Transactions transactions) {
    this.transactions = transactions;
  }

  @Handler
  List<DeliveryPart> plan(
      List<Observation> current,
      @Variable("request") SyncRequest request,
      @Variable("vanished") List<Delivered> vanished) {
    Map<String, Delivered> byId =
        vanished.stream().collect(Collectors.toMap(Delivered::resourceId, Function.identity()));
    return transactions.forVanished(request, current, byId);
  }
}
