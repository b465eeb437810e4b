package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.Details;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.DetailCall;

/**
 * The calls for rows of a page whose details the FHIR server does not have; none when they are left
 * for later.
 */
@Component
final class ListDetails {

  private final Details details;
  private final Ledger ledger;
  private final SyncRequests requests;

  ListDetails(Details details, Ledger ledger, SyncRequests requests) {
    this.details = details;
    this.ledger = ledger;
    this.requests = requests;
  }

  @Handler
  List<DetailCall> list(VendorReply page) {
    SyncRequest request = page.fetch().request();
    List<DetailCall> calls = details.of(page);
    List<String> keys = calls.stream().map(DetailCall::key).toList();
    List<DetailCall> missing =
        Details.missing(calls, ledger.rowHashes(request.account().id(), keys));
    if (missing.isEmpty() || !request.priority().leavesDetails()) {
      return missing;
    }
    requests.requestDetails(request);
    return List.of();
  }
}
