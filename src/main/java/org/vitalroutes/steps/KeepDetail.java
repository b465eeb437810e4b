package org.vitalroutes.steps;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.sync.VendorDetail;
import org.vitalroutes.withings.DetailCall;

/** Puts the answer for a single row beside what was asked. */
@Component
final class KeepDetail {

  @Handler
  VendorDetail keep(JsonNode reply, @Variable("detail") DetailCall detail) {
    return new VendorDetail(detail.key(), reply);
  }
}
