package org.vitalroutes;

import java.nio.file.Path;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.vitalroutes.fhir.table.MappingTables;
import org.vitalroutes.fhir.translate.Mapping;
import org.vitalroutes.fhir.translate.Translators;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.settings.MappingSettings;

/**
 * The translators of Withings' replies, with the mapping tables and the settings of the mapping.
 */
@Configuration(proxyBeanMethods = false)
class MappingConfiguration {

  @Bean
  static Mapping mapping(FhirSettings fhir, MappingSettings settings) {
    return new Mapping(
        settings.mappingDirectory().isEmpty()
            ? MappingTables.standard()
            : MappingTables.of(Path.of(settings.mappingDirectory())),
        new Translators.Options(
            fhir.namespace(),
            settings.ambiguousOwner(),
            settings.foreignData(),
            settings.securityLabels(),
            settings.ecgWaveform(),
            settings.sleepStages(),
            settings.intraday(),
            settings.intradayHeartRates()));
  }
}
