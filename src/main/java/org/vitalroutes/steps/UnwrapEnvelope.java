package org.vitalroutes.steps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Handler;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.withings.Envelope;

/** Takes the envelope off a Withings reply. */
@Component
final class UnwrapEnvelope {

  private final ObjectMapper json;

  UnwrapEnvelope(ObjectMapper json) {
    this.json = json;
  }

  @Handler
  JsonNode unwrap(byte @Nullable [] reply) {
    return Envelope.unwrap(reply, json);
  }
}
