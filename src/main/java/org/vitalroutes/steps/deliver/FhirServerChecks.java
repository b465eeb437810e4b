package org.vitalroutes.steps.deliver;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.Breaker;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.fhir.wire.Capabilities;
import org.vitalroutes.fhir.wire.FhirServer;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.ServerProbe;
import org.vitalroutes.sync.Destination;

/**
 * Reads the FHIR server's CapabilityStatement when that is due. Nothing is sent to a server before
 * it was read, nor to one that cannot be written to.
 */
@Component
final class FhirServerChecks {

  private static final Logger log = LoggerFactory.getLogger(FhirServerChecks.class);
  private static final int PATIENCE_MILLIS = 60_000;

  private final Breaker breaker;
  private final FhirServer server;
  private final ServerProbe probe;
  private @Nullable FhirVersion said;

  FhirServerChecks(Breakers breakers, FhirServer server, ServerProbe probe) {
    this.breaker = breakers.of(Destination.FHIR);
    this.server = server;
    this.probe = probe;
  }

  /** Reads it when that is due. */
  synchronized void check() {
    if (breaker.takeDoubted()) {
      server.mayHaveChanged();
    }
    if (!server.isDue()) {
      return;
    }
    ServerProbe.Answer answer = probe.read(PATIENCE_MILLIS);
    Capabilities found = answer.capabilities();
    if (found == null) {
      server.isNotRead(answer.problem());
    } else {
      server.is(found);
    }
    String problem = server.problem();
    if (problem == null && found != null) {
      say(found);
      breaker.unblock();
    } else {
      breaker.block(String.valueOf(problem), server.nextAt());
    }
  }

  private void say(Capabilities found) {
    FhirVersion version = found.version().orElseThrow();
    if (version != said) {
      log.info(
          "the FHIR server is {}, FHIR {} ({})",
          found.software().isEmpty() ? "unnamed" : found.software(),
          version,
          found.number());
      said = version;
    }
  }
}
