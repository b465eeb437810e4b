package org.vitalroutes.settings;

import java.time.Period;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What becomes a resource where that can be argued about.
 *
 * @param ambiguousOwner data that may be another person's: {@code skip}, {@code make a dead letter
 *     of} or {@code preliminary}
 * @param foreignData days and workouts that another maker's device counted: {@code skip} or {@code
 *     tag}
 * @param ecgWaveform whether the curve of an electrocardiogram is fetched
 * @param sleepStages how far back the stages of a night are fetched
 * @param intraday how far back it is fetched what happened within a day
 */
@ConfigurationProperties
public record MappingSettings(
    String ambiguousOwner,
    String foreignData,
    boolean ecgWaveform,
    Period sleepStages,
    Period intraday) {}
