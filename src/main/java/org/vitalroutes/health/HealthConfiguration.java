package org.vitalroutes.health;

import java.time.Clock;
import java.util.Map;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.vitalroutes.fhir.wire.FhirServer;
import org.vitalroutes.fhir.wire.ServerProbe;
import org.vitalroutes.settings.WithingsSettings;

/** Health indicators of the servers that we call. */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

  /** Reads the FHIR version of the server, with our credentials. */
  @Bean
  HealthIndicator fhirHealthIndicator(ServerProbe probe, FhirServer server, Clock clock) {
    return new FhirServerHealth(probe, server, clock);
  }

  /** Not an API call, so it takes nothing from the budget. */
  @Bean
  HealthIndicator withingsHealthIndicator(WithingsSettings settings, Clock clock) {
    return new CalledServer(settings.apiUrl(), Map.of(), false, clock);
  }
}
