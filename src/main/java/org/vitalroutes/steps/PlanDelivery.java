package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.deliver.DeliveryPlan;
import org.vitalroutes.fhir.deliver.Transactions;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.sync.SyncRequest;

/**
 * Compares a page with the ledger: what is new or changed becomes transactions. What may be another
 * person's waits for an operator.
 */
@Component
final class PlanDelivery {

  private final Ledger ledger;
  private final Transactions transactions;

  PlanDelivery(Ledger ledger, Transactions transactions) {
    this.ledger = ledger;
    this.transactions = transactions;
  }

  @Handler
  DeliveryPlan plan(TranslatedPage page) {
    SyncRequest request = page.fetch().request();
    List<Produced> produced =
        page.translation().sendable(ledger.hold(request, page.translation().held()));
    List<String> keys = page.translation().keys();
    return new DeliveryPlan(
        transactions.forChanged(request, produced, ledger.hashes(request.account().id(), keys)),
        page.fetch().after(keys, !page.translation().isIncomplete(), page.nextOffset()));
  }
}
