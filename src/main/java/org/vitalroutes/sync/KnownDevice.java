package org.vitalroutes.sync;

import org.jspecify.annotations.Nullable;

/**
 * A device in Withings' device list of a user.
 *
 * @param hash Withings' stable device id
 * @param modelId Withings' model number
 * @param model model name
 * @param type Withings' device type, such as {@code Scale}
 * @param oneUser whether Withings still lists it, for this account alone of those that are known
 */
public record KnownDevice(
    String hash,
    @Nullable Integer modelId,
    @Nullable String model,
    @Nullable String type,
    boolean oneUser) {

  /** Withings' type of what a single user can have. */
  private static final String WORN = "Activity Tracker";

  /** As one list says, which does not tell who else has it. */
  public KnownDevice(
      String hash, @Nullable Integer modelId, @Nullable String model, @Nullable String type) {
    this(hash, modelId, model, type, false);
  }

  /** Whether it is worn: several people can use a scale, and Withings lets one have a tracker. */
  public boolean isWorn() {
    return WORN.equals(type);
  }
}
