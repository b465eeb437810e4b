package org.vitalroutes.fhir;

import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import java.util.List;
import org.hl7.fhir.r5.model.Bundle;
import org.vitalroutes.sync.SyncRequest;

/**
 * One transaction, and what the ledger notes when it has succeeded.
 *
 * @param request what it is for
 * @param bundle of {@code PUT}s by id
 * @param entries one per entry of the bundle, in the same order
 */
public record DeliveryPart(SyncRequest request, Bundle bundle, List<Delivered> entries) {

  /**
   * Makes sure that the server took every entry.
   *
   * @throws UnclassifiedServerFailureException when an entry is missing or failed; worth a retry
   */
  public void requireTaken(Bundle outcome) {
    boolean all =
        outcome.getEntry().size() == entries.size()
            && outcome.getEntry().stream()
                .map(entry -> entry.getResponse().getStatus())
                .allMatch(status -> status != null && status.startsWith("2"));
    if (!all) {
      throw new UnclassifiedServerFailureException(502, "the server did not take every entry");
    }
  }

  /** Counts only: the rest is health data. */
  @Override
  public String toString() {
    return "DeliveryPart[" + entries.size() + " of " + request.id() + "]";
  }
}
