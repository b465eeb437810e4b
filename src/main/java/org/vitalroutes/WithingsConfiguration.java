package org.vitalroutes;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.withings.WithingsProvider;
import org.vitalroutes.withings.WithingsSignature;

/** Signatures of Withings and the authorization at Withings. */
@Configuration(proxyBeanMethods = false)
class WithingsConfiguration {

  @Bean
  WebhookSignature webhookSignature(WithingsSettings settings) {
    return new WebhookSignature(settings.webhookSecrets(), settings.signatureEncoding());
  }

  @Bean
  WithingsProvider withingsProvider(WithingsSettings settings) {
    return new WithingsProvider(settings.authorizeUrl(), settings.clientId(), settings.scopes());
  }

  @Bean
  WithingsSignature withingsSignature(WithingsSettings settings) {
    return new WithingsSignature(settings.clientId(), settings.clientSecret());
  }
}
