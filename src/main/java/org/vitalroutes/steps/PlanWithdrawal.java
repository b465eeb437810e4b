package org.vitalroutes.steps;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.hl7.fhir.r5.model.Observation;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.fhir.deliver.Transactions;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.sync.SyncRequest;

/**
 * The transactions that mark Observations as entered in error. What the FHIR server has no more is
 * gone from the ledger too.
 */
@Component
final class PlanWithdrawal {

  private final Ledger ledger;
  private final Transactions transactions;

  PlanWithdrawal(Ledger ledger, Transactions transactions) {
    this.ledger = ledger;
    this.transactions = transactions;
  }

  @Handler
  List<DeliveryPart> plan(
      List<Observation> current,
      @Variable("request") SyncRequest request,
      @Variable("removed") List<Delivered> removed) {
    Map<String, Delivered> byId =
        removed.stream().collect(Collectors.toMap(Delivered::resourceId, Function.identity()));
    List<DeliveryPart> parts = transactions.forRemoved(request, current, byId);
    current.forEach(each -> byId.remove(each.getIdElement().getIdPart()));
    if (!byId.isEmpty()) {
      ledger.record(request, byId.values().stream().map(Delivered::gone).toList());
    }
    return parts;
  }
}
