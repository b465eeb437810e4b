package org.vitalroutes.fhir.translate;

import org.jspecify.annotations.Nullable;

/**
 * What was left out, counted.
 *
 * @param type the measure type; null when a whole group was left out
 */
public record Skipped(SkipReason reason, @Nullable Integer type, int count) {}
