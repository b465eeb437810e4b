package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.sync.SyncRequest;

/** What the FHIR server still has of a disconnected account, as much as one transaction takes. */
@Component
final class FindStanding {

  private final Ledger ledger;
  private final int most;

  FindStanding(Ledger ledger, FhirSettings settings) {
    this.ledger = ledger;
    this.most = settings.bundleSize();
  }

  @Handler
  List<Delivered> find(SyncRequest request, @Variable("removed") @Nullable List<Delivered> before) {
    String after = before == null ? "" : before.get(before.size() - 1).key();
    return ledger.standing(request, after, most);
  }
}
