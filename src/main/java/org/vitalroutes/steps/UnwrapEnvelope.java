package org.vitalroutes.steps;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.Handler;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.withings.Envelope;

/** Takes the envelope off a Withings reply. */
@Component
final class UnwrapEnvelope {

  @Handler
  JsonNode unwrap(@Nullable JsonNode reply) {
    return Envelope.unwrap(reply);
  }
}
