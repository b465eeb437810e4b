package org.vitalroutes.steps.deliver;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.Breaker;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.fhir.wire.Capabilities;
import org.vitalroutes.fhir.wire.FhirServer;
import org.vitalroutes.fhir.wire.ServerProbe;
import org.vitalroutes.sync.Destination;

/**
 * Reads the FHIR server's CapabilityStatement when due, and holds all calls until it is a right
 * one.
 */
@Component
final class FhirServerChecks {

  private static final Logger log = LoggerFactory.getLogger(FhirServerChecks.class);
  private static final int PATIENCE_MILLIS = 60_000;

  private final Breaker breaker;
  private final FhirServer server;
  private final ServerProbe probe;
  private @Nullable String reported;

  FhirServerChecks(Breakers breakers, FhirServer server, ServerProbe probe) {
    this.breaker = breakers.of(Destination.FHIR);
    this.server = server;
    this.probe = probe;
  }

  /**
   * Reads the CapabilityStatement unless it was read within the hour and no call has failed since.
   */
  synchronized void check() {
    if (breaker.consumeFailure()) {
      server.mayHaveChanged();
    }
    if (!server.isDue()) {
      return;
    }
    ServerProbe.Answer answer = probe.read(PATIENCE_MILLIS);
    Capabilities found = answer.capabilities();
    if (found == null) {
      server.recordFailure(answer.problem());
    } else {
      server.record(found);
    }
    String problem = server.problem();
    if (problem == null) {
      breaker.unblock();
    } else {
      breaker.block(problem, server.nextAt());
    }
    if (found != null) {
      report(found, problem);
    }
  }

  private void report(Capabilities found, @Nullable String problem) {
    String state = found.number() + problem;
    if (state.equals(reported)) {
      return;
    }
    reported = state;
    if (problem == null) {
      log.info(
          "the FHIR server is {}, FHIR {}",
          found.software().isEmpty() ? "unnamed" : found.software(),
          found.number());
    } else {
      log.warn("nothing is sent to the FHIR server: {}", problem);
    }
  }
}
