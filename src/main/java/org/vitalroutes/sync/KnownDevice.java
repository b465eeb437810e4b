package org.vitalroutes.sync;

import org.jspecify.annotations.Nullable;

/**
 * A device as Withings lists it among those of a user.
 *
 * @param hash Withings' stable identity of it
 * @param modelId its model as Withings numbers it
 * @param model its model as people know it
 * @param type Withings' word for its kind, such as {@code Scale}
 */
public record KnownDevice(
    String hash, @Nullable Integer modelId, @Nullable String model, @Nullable String type) {}
