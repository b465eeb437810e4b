package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.Details;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.DetailCall;

/** The calls for rows of a page whose details the FHIR server does not have. */
@Component
final class ListDetails {

  private final Details details;
  private final Ledger ledger;

  ListDetails(Details details, Ledger ledger) {
    this.details = details;
    this.ledger = ledger;
  }

  @Handler
  List<DetailCall> list(VendorReply page) {
    List<DetailCall> calls = details.of(page);
    List<String> keys = calls.stream().map(DetailCall::key).toList();
    return Details.missing(calls, ledger.rowHashes(page.fetch().request().account().id(), keys));
  }
}
