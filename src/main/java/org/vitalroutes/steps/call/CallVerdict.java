package org.vitalroutes.steps.call;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Clock;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.Breaker;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.sync.Destination;
import org.vitalroutes.withings.Envelope;
import org.vitalroutes.withings.TooLongException;

/** Interprets an answer of Withings for the caller and for the circuit breaker. */
@Component
final class CallVerdict {

  private final Breaker breaker;
  private final ObjectMapper json;
  private final Clock clock;

  CallVerdict(Breakers breakers, ObjectMapper json, Clock clock) {
    this.breaker = breakers.of(Destination.WITHINGS);
    this.json = json;
    this.clock = clock;
  }

  /**
   * Returns the body inside the envelope, or fails with the meaning of the HTTP or Withings status.
   */
  JsonNode unwrap(
      @Header(Exchange.HTTP_RESPONSE_CODE) int status,
      @Header("Retry-After") @Nullable String retryAfter,
      @Body byte @Nullable [] reply) {
    Envelope.checkHttp(status, retryAfter, clock, reply);
    JsonNode body = Envelope.unwrap(reply, json);
    breaker.answered();
    return body;
  }

  /**
   * Records whether Withings answered, and throws the failure again; an I/O failure becomes a
   * {@link ProviderUnavailableException}.
   */
  void failed(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) throws Exception {
    Exception named = failure;
    if (failure instanceof TooLongException) {
      named = new ProviderUnavailableException("Withings answered without end", null);
    } else if (failure instanceof IOException && !(failure instanceof JacksonException)) {
      named =
          ProviderUnavailableException.outage(
              "Withings not reached: " + failure.getClass().getSimpleName(), null);
    }
    if (named instanceof ProviderUnavailableException unavailable && unavailable.isOutage()) {
      breaker.failed(String.valueOf(unavailable.getMessage()), unavailable.retryAfter());
    } else {
      breaker.answered();
    }
    throw named;
  }
}
