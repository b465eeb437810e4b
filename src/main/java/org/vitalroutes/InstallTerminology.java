package org.vitalroutes;

import java.time.Clock;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.ServerBase;
import org.vitalroutes.fhir.terminology.Terminology;
import org.vitalroutes.fhir.wire.Capabilities;
import org.vitalroutes.fhir.wire.FhirClients;
import org.vitalroutes.fhir.wire.FhirServer;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.ServerProbe;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.settings.FhirSettings;

/**
 * The command {@code install-terminology}: puts our code systems, the map to LOINC and our profiles
 * to the FHIR server, and ends. It reads the service's settings and needs no database.
 */
@EnableConfigurationProperties(FhirSettings.class)
@ImportAutoConfiguration(SslAutoConfiguration.class)
final class InstallTerminology {

  static final String COMMAND = "install-terminology";

  private static final int PATIENCE_MILLIS = 60_000;
  private static final Logger log = LoggerFactory.getLogger(InstallTerminology.class);

  static void run(String... arguments) {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(InstallTerminology.class)
            .web(WebApplicationType.NONE)
            .logStartupInfo(false)
            .run(arguments)) {
      FhirSettings settings = context.getBean(FhirSettings.class);
      Clock clock = Clock.systemUTC();
      FhirConfiguration configuration = new FhirConfiguration();
      FhirClients clients =
          FhirConfiguration.clients(
              settings,
              1,
              configuration.smartKeys(settings),
              context.getBean(SslBundles.class),
              clock);
      FhirVersion version = version(clients, FhirConfiguration.server(settings, clock));
      var bundle =
          new Terminology(new Identifiers(settings.namespace()))
              .bundle(new ServerBase(settings.serverUrl()));
      clients
          .in(version)
          .transaction()
          .withBundle((IBaseBundle) WireFormat.inVersion(bundle, version))
          .execute();
      log.info("{} terminology resources are installed", bundle.getEntry().size());
    }
  }

  private static FhirVersion version(FhirClients clients, FhirServer server) {
    ServerProbe.Answer answer = new ServerProbe(clients).read(PATIENCE_MILLIS);
    Capabilities found = answer.capabilities();
    if (found == null) {
      throw new IllegalStateException("the FHIR server cannot be read: " + answer.problem());
    }
    server.record(found);
    return server
        .version()
        .orElseThrow(
            () -> new IllegalStateException("the FHIR server is refused: " + server.problem()));
  }
}
