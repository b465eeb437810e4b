package org.vitalroutes.steps.deliver;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.fhir.deliver.DeliveryPlan;
import org.vitalroutes.fhir.deliver.Transactions;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.sync.SyncRequest;

/** What a page sends to the FHIR server, as the ledger decides and records it. */
@Component
final class Deliveries {

  private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

  private final Ledger ledger;
  private final Transactions transactions;
  private final MeterRegistry meters;

  Deliveries(Ledger ledger, Transactions transactions, MeterRegistry meters) {
    this.ledger = ledger;
    this.transactions = transactions;
    this.meters = meters;
  }

  /**
   * Compares a page with the ledger: new and changed resources become transactions. Resources that
   * may be another person's wait for an operator.
   */
  DeliveryPlan plan(TranslatedPage page) {
    SyncRequest request = page.fetch().request();
    List<Produced> produced =
        page.translation().sendable(ledger.hold(request, page.translation().held()));
    List<String> keys = page.translation().keys();
    return new DeliveryPlan(
        transactions.forChanged(request, produced, ledger.hashes(request.account().id(), keys)),
        page.fetch().after(keys, !page.translation().isIncomplete(), page.nextOffset()));
  }

  /** Records in the ledger what the FHIR server has taken. */
  void record(DeliveryPart part, @Variable("outcome") String outcome) {
    part.requireTaken(outcome);
    ledger.record(part.request(), part.entries());
    part.refusals().taken(part.entries().size());
    meters
        .counter("vitalroutes.resources.delivered", "kind", part.request().kind().code())
        .increment(part.entries().size());
    log.debug("{} resources are delivered", part.entries().size());
  }
}
