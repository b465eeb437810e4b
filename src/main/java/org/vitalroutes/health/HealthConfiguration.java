package org.vitalroutes.health;

import java.time.Clock;
import java.util.Map;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.vitalroutes.fhir.wire.FhirServer;
import org.vitalroutes.fhir.wire.ServerProbe;
import org.vitalroutes.settings.WithingsSettings;

/** What is looked at beside the database: the servers that we call. */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

  /** Reads which version it speaks, with our credentials. */
  @Bean
  HealthIndicator fhirHealthIndicator(ServerProbe probe, FhirServer server, Clock clock) {
    return new FhirServerHealth(probe, server, clock);
  }

  /** Not a call of its API, so nothing of the budget. */
  @Bean
  HealthIndicator withingsHealthIndicator(WithingsSettings settings, Clock clock) {
    return new CalledServer(settings.apiUrl(), Map.of(), false, clock);
  }
}
