package org.vitalroutes;

import static java.nio.charset.StandardCharsets.UTF_8;

import ca.uhn.fhir.rest.client.api.IGenericClient;
import java.time.Clock;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.ServerBase;
import org.vitalroutes.fhir.deliver.Provenances;
import org.vitalroutes.fhir.deliver.Transactions;
import org.vitalroutes.fhir.wire.Credentials;
import org.vitalroutes.fhir.wire.FhirClients;
import org.vitalroutes.fhir.wire.FhirServer;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.ServerProbe;
import org.vitalroutes.settings.FetchSettings;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.smart.SmartKeys;
import org.vitalroutes.smart.SmartTokens;
import org.vitalroutes.sync.Destination;

/** The client of the FHIR server. */
@Configuration(proxyBeanMethods = false)
class FhirConfiguration {

  /** Connections kept for operators' reads of the FHIR server, its check and its health. */
  private static final int OPERATORS = 6;

  @Bean
  Transactions transactions(FhirSettings settings) {
    return new Transactions(
        new ServerBase(settings.serverUrl()),
        settings.bundleSize(),
        settings.provenance()
            ? new Provenances(new Identifiers(settings.namespace()), Application.version())
            : null);
  }

  @Bean
  FhirServer fhirServer(FhirSettings settings, Breakers breakers, Clock clock) {
    FhirServer server = server(settings, clock);
    breakers.of(Destination.FHIR).block(null, clock.instant());
    return server;
  }

  static FhirServer server(FhirSettings settings, Clock clock) {
    return new FhirServer(
        settings.version().equals("auto") ? null : FhirVersion.valueOf(settings.version()), clock);
  }

  @Bean
  SmartKeys smartKeys(FhirSettings settings) {
    String key = settings.oauth().privateKey();
    return key.isBlank() ? SmartKeys.none() : SmartKeys.of(key);
  }

  @Bean
  FhirClients fhirClients(
      FhirSettings settings, FetchSettings fetch, SmartKeys keys, SslBundles bundles, Clock clock) {
    // As many connections as workers, so that no worker waits for one: the claim limits how much
    // is sent at once.
    return clients(settings, fetch.workers() + OPERATORS, keys, bundles, clock);
  }

  static FhirClients clients(
      FhirSettings settings, int connections, SmartKeys keys, SslBundles bundles, Clock clock) {
    SSLContext ssl =
        settings.sslBundle().isBlank()
            ? null
            : bundles.getBundle(settings.sslBundle()).createSslContext();
    return new FhirClients(
        settings.serverUrl(),
        connections,
        credentials(settings, keys, ssl, clock),
        settings.headerMap(),
        ssl);
  }

  private static Credentials credentials(
      FhirSettings settings, SmartKeys keys, @Nullable SSLContext ssl, Clock clock) {
    FhirSettings.OAuth oauth = settings.oauth();
    if (!oauth.clientId().isBlank()) {
      return new SmartTokens(
          settings.serverUrl(),
          new SmartTokens.Client(
              oauth.clientId(), oauth.clientSecret(), oauth.scopes(), oauth.tokenUrl()),
          keys,
          ssl,
          clock);
    }
    if (!settings.bearerToken().isEmpty()) {
      return Credentials.of("Bearer " + settings.bearerToken());
    }
    if (!settings.username().isEmpty()) {
      String pair = settings.username() + ":" + settings.password();
      return Credentials.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    }
    return Credentials.NONE;
  }

  @Bean
  ServerProbe serverProbe(FhirClients clients) {
    return new ServerProbe(clients);
  }

  /**
   * The client that camel-fhir uses, in the version that the server has at each call. As an option
   * of the endpoint, the access token would appear in the endpoint's exceptions.
   */
  @Bean
  IGenericClient fhirClient(FhirClients clients, FhirServer server) {
    return clients.in(server::stated);
  }
}
