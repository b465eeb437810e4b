package org.vitalroutes.steps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.apache.camel.Handler;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.provider.ProviderUnavailableException;
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
    return Envelope.unwrap(reply == null ? null : tree(reply));
  }

  private JsonNode tree(byte[] reply) {
    try {
      return json.readTree(reply);
    } catch (IOException e) {
      // Its message quotes the reply.
      throw new ProviderUnavailableException("Withings answered no JSON", null);
    }
  }
}
