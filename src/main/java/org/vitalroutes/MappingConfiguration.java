package org.vitalroutes;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.table.FieldTable;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.fhir.translate.ActivityTranslator;
import org.vitalroutes.fhir.translate.Details;
import org.vitalroutes.fhir.translate.Devices;
import org.vitalroutes.fhir.translate.EcgTranslator;
import org.vitalroutes.fhir.translate.MeasureTranslator;
import org.vitalroutes.fhir.translate.SecurityLabels;
import org.vitalroutes.fhir.translate.SleepTranslator;
import org.vitalroutes.fhir.translate.WorkoutTranslator;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.settings.MappingSettings;

/** The translators of Withings' records, with the settings of the mapping. */
@Configuration(proxyBeanMethods = false)
class MappingConfiguration {

  @Bean
  Devices devices(FhirSettings settings) {
    return new Devices(new Identifiers(settings.namespace()));
  }

  @Bean
  SecurityLabels securityLabels(MappingSettings mapping) {
    return new SecurityLabels(mapping.securityLabels());
  }

  @Bean
  MeasureTranslator measureTranslator(FhirSettings settings, MappingSettings mapping) {
    return new MeasureTranslator(
        MeasureTable.standard(),
        new Identifiers(settings.namespace()),
        mapping.ambiguousOwner(),
        mapping.foreignData());
  }

  @Bean
  ActivityTranslator activityTranslator(FhirSettings settings, MappingSettings mapping) {
    return new ActivityTranslator(
        FieldTable.activity(),
        FieldTable.intraday(),
        new Identifiers(settings.namespace()),
        mapping.foreignData(),
        mapping.intraday());
  }

  @Bean
  WorkoutTranslator workoutTranslator(FhirSettings settings, MappingSettings mapping) {
    return new WorkoutTranslator(
        FieldTable.workouts(),
        new Identifiers(settings.namespace()),
        mapping.ambiguousOwner(),
        mapping.foreignData());
  }

  @Bean
  SleepTranslator sleepTranslator(FhirSettings settings, MappingSettings mapping) {
    return new SleepTranslator(
        FieldTable.sleep(),
        FieldTable.sleepStages(),
        new Identifiers(settings.namespace()),
        mapping.foreignData(),
        mapping.sleepStages());
  }

  @Bean
  EcgTranslator ecgTranslator(FhirSettings settings, MappingSettings mapping) {
    return new EcgTranslator(
        MeasureTable.standard(),
        new Identifiers(settings.namespace()),
        mapping.foreignData(),
        mapping.ecgWaveform());
  }

  @Bean
  Details details(ActivityTranslator activity, SleepTranslator sleep, EcgTranslator ecg) {
    return new Details(activity, sleep, ecg);
  }
}
