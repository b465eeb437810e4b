package org.vitalroutes.steps.fetch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.Mapping;
import org.vitalroutes.fhir.translate.Translators;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.VendorDetail;

/** The details of single rows of a page, such as the curve of an ECG. */
@Component
final class RowDetails {

  private final Mapping mapping;
  private final Ledger ledger;
  private final SyncRequests requests;

  RowDetails(Mapping mapping, Ledger ledger, SyncRequests requests) {
    this.mapping = mapping;
    this.ledger = ledger;
    this.requests = requests;
  }

  /**
   * The calls for rows of a page whose details the FHIR server does not have; none when the details
   * are left to a sync request of their own.
   */
  List<DetailCall> missing(@Variable("page") VendorReply page) {
    SyncRequest request = page.fetch().request();
    List<DetailCall> calls = mapping.translators().details(page);
    List<String> keys = calls.stream().map(DetailCall::key).toList();
    List<DetailCall> missing =
        new ArrayList<>(Translators.missing(calls, ledger.rowHashes(request.account().id(), keys)));
    // Each try begins with another row, so that one that fails every time does not hold back all.
    Collections.rotate(missing, 1 - request.tries());
    if (missing.isEmpty() || !request.priority().leavesDetails()) {
      return missing;
    }
    requests.requestDetails(request);
    return List.of();
  }

  /** The replies for a row with their request; no reply when Withings refuses the row. */
  VendorDetail attachReplies(
      @Body @Nullable List<JsonNode> replies, @Variable("detail") DetailCall detail) {
    return new VendorDetail(detail, Objects.requireNonNullElse(replies, List.of()));
  }
}
