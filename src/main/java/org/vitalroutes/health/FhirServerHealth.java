package org.vitalroutes.health;

import java.time.Clock;
import java.time.Instant;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.vitalroutes.fhir.wire.Capabilities;
import org.vitalroutes.fhir.wire.FhirServer;
import org.vitalroutes.fhir.wire.ServerProbe;

/**
 * The FHIR server: as a {@link CalledServer}, or {@code WRONG_VERSION} when it answers and is not
 * one that we can write to.
 */
final class FhirServerHealth implements HealthIndicator {

  static final Status WRONG_VERSION = new Status("WRONG_VERSION");

  private final ServerProbe probe;
  private final FhirServer server;
  private final Clock clock;

  private Health answer = Health.unknown().build();
  private Instant until = Instant.MIN;

  FhirServerHealth(ServerProbe probe, FhirServer server, Clock clock) {
    this.probe = probe;
    this.server = server;
    this.clock = clock;
  }

  @Override
  public synchronized Health health() {
    if (!clock.instant().isBefore(until)) {
      answer = Health.status(ask()).build();
      until = clock.instant().plus(CalledServer.KEPT);
    }
    return answer;
  }

  private Status ask() {
    ServerProbe.Answer read = probe.readVersion(CalledServer.PATIENCE_MILLIS);
    Capabilities found = read.capabilities();
    return switch (read.state()) {
      case REFUSED -> CalledServer.REFUSED;
      case FAILING -> CalledServer.FAILING;
      case UNREACHABLE -> CalledServer.UNREACHABLE;
      case READ -> found == null ? CalledServer.FAILING : of(found);
    };
  }

  private Status of(Capabilities found) {
    if (!found.version().equals(server.version())) {
      server.mayHaveChanged();
    }
    return server.isWrong(found) ? WRONG_VERSION : Status.UP;
  }
}
