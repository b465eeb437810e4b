package org.vitalroutes.steps;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Body;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.VendorDetail;

/** Puts the answers for a single row beside what was asked. */
@Component
final class KeepDetail {

  @Handler
  VendorDetail keep(@Body @Nullable List<JsonNode> replies, @Variable("detail") DetailCall detail) {
    return new VendorDetail(detail, Objects.requireNonNullElse(replies, List.of()));
  }
}
