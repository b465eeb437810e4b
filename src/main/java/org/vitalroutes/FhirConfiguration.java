package org.vitalroutes;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.interceptor.BasicAuthInterceptor;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.vitalroutes.fhir.ServerBase;
import org.vitalroutes.fhir.deliver.FhirClients;
import org.vitalroutes.fhir.deliver.Transactions;
import org.vitalroutes.settings.FetchSettings;
import org.vitalroutes.settings.FhirSettings;

/** The client of the FHIR server. */
@Configuration(proxyBeanMethods = false)
class FhirConfiguration {

  /** Connections kept for operators' reads of the FHIR server. */
  private static final int OPERATORS = 4;

  @Bean
  Transactions transactions(FhirSettings settings) {
    return new Transactions(new ServerBase(settings.serverUrl()), settings.bundleSize());
  }

  @Bean
  FhirContext fhirContext(FetchSettings settings) {
    // As many connections as workers, so that no worker waits for one: the claim limits how much
    // is sent at once.
    return FhirClients.context(settings.workers() + OPERATORS);
  }

  /**
   * The client that camel-fhir uses. As an option of the endpoint, the access token would appear in
   * the endpoint's exceptions.
   */
  @Bean
  IGenericClient fhirClient(FhirContext context, FhirSettings settings) {
    IGenericClient client = FhirClients.client(context, settings.serverUrl());
    if (!settings.bearerToken().isEmpty()) {
      client.registerInterceptor(new BearerTokenAuthInterceptor(settings.bearerToken()));
    } else if (!settings.username().isEmpty()) {
      client.registerInterceptor(
          new BasicAuthInterceptor(settings.username(), settings.password()));
    }
    return client;
  }
}
