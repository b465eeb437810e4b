package org.vitalroutes.sync;

import org.jspecify.annotations.Nullable;

/**
 * A device in Withings' device list of a user.
 *
 * @param hash Withings' stable device id
 * @param modelId Withings' model number
 * @param model model name
 * @param type Withings' device type, such as {@code Scale}
 */
public record KnownDevice(
    String hash, @Nullable Integer modelId, @Nullable String model, @Nullable String type) {}
