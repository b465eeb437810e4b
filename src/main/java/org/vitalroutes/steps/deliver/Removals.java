package org.vitalroutes.steps.deliver;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Variable;
import org.hl7.fhir.r5.model.Observation;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.fhir.deliver.Transactions;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;

/** Observations that the FHIR server has and Withings does not, or no longer should. */
@Component
final class Removals {

  private final Ledger ledger;
  private final Transactions transactions;

  Removals(Ledger ledger, Transactions transactions) {
    this.ledger = ledger;
    this.transactions = transactions;
  }

  /**
   * What was delivered of the window and Withings no longer has. What of it was held for an
   * operator is held no longer.
   */
  List<Delivered> find(FetchRequest fetched) {
    Window window = fetched.tellsRemovedIn();
    if (window == null) {
      return List.of();
    }
    ledger.discardRemoved(fetched.request(), window, fetched.seen());
    return ledger.removed(fetched.request(), window, fetched.seen());
  }

  /**
   * The transactions that mark Observations as entered in error. Observations that the FHIR server
   * no longer has leave the ledger.
   */
  List<DeliveryPart> planWithdrawal(
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

  /** The transactions that delete Observations. */
  List<DeliveryPart> planDeletion(
      @Variable("request") SyncRequest request, @Variable("removed") List<Delivered> removed) {
    return transactions.forDeleted(request, removed);
  }
}
