package org.vitalroutes;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.jackson.Jackson2ObjectMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.vitalroutes.accounts.TokenCipher;
import org.vitalroutes.breaker.AdaptiveConcurrency;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.tracing.Traces;

/** Beans that belong to no other configuration. */
@Configuration(proxyBeanMethods = false)
class ApplicationConfiguration {

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  Traces traces(@Value("${traces-url}") String url) {
    return new Traces(url);
  }

  /** Keeps every digit of the decimals that Withings sends. */
  @Bean
  Jackson2ObjectMapperBuilderCustomizer exactDecimals() {
    return builder ->
        builder
            .featuresToEnable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .postConfigurer(
                mapper ->
                    mapper.configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false));
  }

  @Bean
  Breakers breakers(@Value("${circuit-breaker.max-wait}") Duration maxWait, Clock clock) {
    return new Breakers(maxWait, clock, RandomGenerator.getDefault());
  }

  @Bean
  AdaptiveConcurrency adaptiveConcurrency(FhirSettings fhir) {
    return new AdaptiveConcurrency(fhir.concurrency());
  }

  @Bean
  TokenCipher tokenCipher(@Value("${token-encryption-keyset}") String keyset) {
    return TokenCipher.of(keyset);
  }
}
