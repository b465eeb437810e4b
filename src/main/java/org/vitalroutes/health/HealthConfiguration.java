package org.vitalroutes.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.settings.WithingsSettings;

/** What is looked at beside the database: the servers that we call. */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Reads which version it speaks, with our credentials. */
  @Bean
  HealthIndicator fhirHealthIndicator(FhirSettings settings, Clock clock) {
    String base = settings.serverUrl().replaceAll("/+$", "");
    HttpRequest.Builder question =
        HttpRequest.newBuilder(URI.create(base + "/metadata?_elements=fhirVersion"))
            .header("Accept", "application/fhir+json")
            .timeout(PATIENCE);
    if (!settings.bearerToken().isEmpty()) {
      question.header("Authorization", "Bearer " + settings.bearerToken());
    } else if (!settings.username().isEmpty()) {
      String pair = settings.username() + ":" + settings.password();
      question.header(
          "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    }
    return new CalledServer(question.build(), true, clock);
  }

  /** Not a call of its API, so nothing of the budget. */
  @Bean
  HealthIndicator withingsHealthIndicator(WithingsSettings settings, Clock clock) {
    return new CalledServer(
        HttpRequest.newBuilder(URI.create(settings.apiUrl()).resolve("/"))
            .timeout(PATIENCE)
            .build(),
        false,
        clock);
  }
}
