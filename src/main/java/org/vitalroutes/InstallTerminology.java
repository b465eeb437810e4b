package org.vitalroutes;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.ServerBase;
import org.vitalroutes.fhir.deliver.FhirClients;
import org.vitalroutes.fhir.terminology.Terminology;
import org.vitalroutes.settings.FhirSettings;

/**
 * The command {@code install-terminology}: puts our code systems, the map to LOINC and our profiles
 * to the FHIR server, and ends. It reads the service's settings and needs no database.
 */
@EnableConfigurationProperties(FhirSettings.class)
final class InstallTerminology {

  static final String COMMAND = "install-terminology";

  private static final Logger log = LoggerFactory.getLogger(InstallTerminology.class);

  static void run(String... arguments) {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(InstallTerminology.class)
            .web(WebApplicationType.NONE)
            .logStartupInfo(false)
            .run(arguments)) {
      FhirSettings settings = context.getBean(FhirSettings.class);
      FhirConfiguration fhir = new FhirConfiguration();
      var bundle =
          new Terminology(new Identifiers(settings.namespace()))
              .bundle(new ServerBase(settings.serverUrl()));
      fhir.fhirClient(FhirClients.context(1), settings).transaction().withBundle(bundle).execute();
      log.info("{} terminology resources are installed", bundle.getEntry().size());
    }
  }
}
