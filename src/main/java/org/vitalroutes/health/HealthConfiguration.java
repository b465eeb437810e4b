package org.vitalroutes.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.settings.WithingsSettings;

/** What is looked at beside the database: the servers that we call. */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

  /** Reads which version it speaks, with our credentials. */
  @Bean
  HealthIndicator fhirHealthIndicator(FhirSettings settings, Clock clock) {
    Map<String, String> headers = new HashMap<>(Map.of("Accept", "application/fhir+json"));
    if (!settings.bearerToken().isEmpty()) {
      headers.put("Authorization", "Bearer " + settings.bearerToken());
    } else if (!settings.username().isEmpty()) {
      String pair = settings.username() + ":" + settings.password();
      headers.put(
          "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    }
    String base = settings.serverUrl().replaceAll("/+$", "");
    return new CalledServer(base + "/metadata?_elements=fhirVersion", headers, true, clock);
  }

  /** Not a call of its API, so nothing of the budget. */
  @Bean
  HealthIndicator withingsHealthIndicator(WithingsSettings settings, Clock clock) {
    return new CalledServer(settings.apiUrl(), Map.of(), false, clock);
  }
}
