package org.vitalroutes.steps;

import java.time.Clock;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.withings.Envelope;

/** Judges the HTTP status of a Withings reply. */
@Component
final class CheckHttpStatus {

  private final Clock clock;

  CheckHttpStatus(Clock clock) {
    this.clock = clock;
  }

  @Handler
  void check(
      @Header(Exchange.HTTP_RESPONSE_CODE) int status,
      @Header("Retry-After") @Nullable String retryAfter,
      @Body byte @Nullable [] body) {
    Envelope.checkHttp(status, retryAfter, clock, body);
  }
}
