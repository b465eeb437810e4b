package org.vitalroutes.settings;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What becomes a resource where that can be argued about.
 *
 * @param ambiguousOwner data that may be another person's: {@code skip} or {@code preliminary}
 * @param foreignActivity days that another maker's device counted: {@code skip} or {@code tag}
 * @param ecgWaveform whether the curve of an electrocardiogram is fetched
 */
@ConfigurationProperties
public record MappingSettings(String ambiguousOwner, String foreignActivity, boolean ecgWaveform) {}
