package org.vitalroutes.steps.deliver;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.AdaptiveConcurrency;
import org.vitalroutes.breaker.Breaker;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.fhir.deliver.FhirAnswer;
import org.vitalroutes.fhir.deliver.FhirFailure;
import org.vitalroutes.fhir.deliver.FhirHeldException;
import org.vitalroutes.fhir.wire.FhirServer;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.sync.Destination;

/** Calls of the FHIR server, as its circuit breaker and its concurrency see them. */
@Component
final class FhirCalls {

  /** When the call of an exchange began, by {@link System#nanoTime}. */
  private static final String BEGAN = "fhirCallBegan";

  private final Breaker breaker;
  private final AdaptiveConcurrency concurrency;
  private final FhirServer server;
  private final Clock clock;

  FhirCalls(Breakers breakers, AdaptiveConcurrency concurrency, FhirServer server, Clock clock) {
    this.concurrency = concurrency;
    this.server = server;
    this.breaker = breakers.of(Destination.FHIR);
    this.clock = clock;
  }

  /**
   * Requires that the FHIR server may be called, and sets the headers of the call in place of those
   * that are there: not while it is down, and not with what was written for the version it had
   * before.
   */
  void admit(FhirCall call, Exchange exchange) {
    FhirVersion version = server.version().orElseThrow(FhirHeldException::new);
    if (call.version() != null && call.version().context() != version.context()) {
      throw new FhirHeldException();
    }
    if (!breaker.admits()) {
      throw new FhirHeldException();
    }
    exchange.getMessage().setHeaders(new HashMap<>(call.headers()));
    exchange.setProperty(BEGAN, System.nanoTime());
  }

  /** Records that the FHIR server answered. */
  void recordAnswer(@ExchangeProperty(BEGAN) long began) {
    breaker.answered();
    concurrency.answered(Duration.ofNanos(System.nanoTime() - began));
  }

  /**
   * Records whether the FHIR server answered at all, and throws the failure again; a failure to
   * read the answer gets a name.
   *
   * <p>The exception comes from its property: {@code @ExchangeException} gives the innermost cause,
   * which is a socket exception when the server is unreachable.
   */
  void recordFailure(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure)
      throws Exception {
    Exception named = FhirFailure.named(failure);
    FhirAnswer answer = FhirFailure.meaning(named);
    if (FhirFailure.refusesOurIds(named)) {
      server.recordRefusedIds();
      breaker.unknown();
      breaker.block(String.valueOf(server.problem()), server.nextAt());
    } else if (answer == null) {
      breaker.unknown();
    } else if (answer.isOutage()) {
      concurrency.refused();
      breaker.failed(FhirFailure.describe(named), FhirFailure.retryAfter(named, clock));
    } else {
      breaker.answered();
    }
    throw named;
  }
}
