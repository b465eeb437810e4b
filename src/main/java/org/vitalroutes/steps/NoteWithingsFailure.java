package org.vitalroutes.steps;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.Breaker;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.sync.Destination;
import org.vitalroutes.withings.TooLongException;

/** Notes whether Withings answered at all. The failure goes on; one of the network gets a name. */
@Component
final class NoteWithingsFailure {

  private final Breakers breakers;

  NoteWithingsFailure(Breakers breakers) {
    this.breakers = breakers;
  }

  @Handler
  void note(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) throws Exception {
    Exception named = failure;
    if (failure instanceof TooLongException) {
      named = new ProviderUnavailableException("Withings answered without end", null);
    } else if (failure instanceof IOException && !(failure instanceof JacksonException)) {
      named =
          ProviderUnavailableException.outage(
              "Withings not reached: " + failure.getClass().getSimpleName(), null);
    }
    Breaker breaker = breakers.of(Destination.WITHINGS);
    if (named instanceof ProviderUnavailableException unavailable && unavailable.isOutage()) {
      breaker.failed(String.valueOf(unavailable.getMessage()), unavailable.retryAfter());
    } else {
      breaker.answered();
    }
    throw named;
  }
}
