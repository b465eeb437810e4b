package org.vitalroutes.settings;

import java.time.Period;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.vitalroutes.fhir.translate.AmbiguousOwner;
import org.vitalroutes.fhir.translate.ForeignData;

/**
 * Choices of the mapping to FHIR.
 *
 * @param ambiguousOwner policy for data that may be another person's
 * @param foreignData policy for data of another maker's device or app
 * @param securityLabels whether Observations say who asserted them, a device or the patient
 * @param ecgWaveform whether the curve of an electrocardiogram is fetched
 * @param sleepStages how far back the stages of a night are fetched
 * @param intraday how far back the minutes of a day are fetched
 * @param intradayHeartRates whether each heart rate of these minutes is an Observation of its own
 * @param mappingDirectory folder of edited mapping tables; empty for those in the jar
 */
@ConfigurationProperties
public record MappingSettings(
    AmbiguousOwner ambiguousOwner,
    ForeignData foreignData,
    boolean securityLabels,
    boolean ecgWaveform,
    Period sleepStages,
    Period intraday,
    boolean intradayHeartRates,
    String mappingDirectory) {}
