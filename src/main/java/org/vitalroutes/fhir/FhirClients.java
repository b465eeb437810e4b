package org.vitalroutes.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.apache.ApacheRestfulClientFactory;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import org.apache.http.impl.client.HttpClientBuilder;

/** Clients of the FHIR server, which go where they are told and nowhere else. */
public final class FhirClients {

  /** The FHIR server may take its time for a large transaction. */
  private static final int ANSWER_MILLIS = 60_000;

  private static final int CONNECT_MILLIS = 5_000;

  private FhirClients() {}

  /** One context for all: making one scans the R5 model for a second. */
  public static FhirContext context() {
    FhirContext context = FhirContext.forR5Cached();
    ApacheRestfulClientFactory clients = new WithoutRedirects(context);
    clients.setServerValidationMode(ServerValidationModeEnum.NEVER);
    clients.setConnectTimeout(CONNECT_MILLIS);
    clients.setConnectionRequestTimeout(ANSWER_MILLIS);
    clients.setSocketTimeout(ANSWER_MILLIS);
    context.setRestfulClientFactory(clients);
    return context;
  }

  /** A redirect would carry the access token to a host that nobody has set. */
  private static final class WithoutRedirects extends ApacheRestfulClientFactory {

    WithoutRedirects(FhirContext context) {
      super(context);
    }

    @Override
    protected HttpClientBuilder getHttpClientBuilder() {
      return super.getHttpClientBuilder().disableRedirectHandling();
    }
  }
}
