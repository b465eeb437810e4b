package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.Window;

/**
 * What the FHIR server was told of the window and Withings no longer has. What of it was held for
 * an operator is so no longer.
 */
@Component
final class FindRemoved {

  private final Ledger ledger;

  FindRemoved(Ledger ledger) {
    this.ledger = ledger;
  }

  @Handler
  List<Delivered> find(FetchRequest fetched) {
    Window window = fetched.tellsRemovedIn();
    if (window == null) {
      return List.of();
    }
    ledger.letGo(fetched.request(), window, fetched.seen());
    return ledger.removed(fetched.request(), window, fetched.seen());
  }
}
