package org.vitalroutes.withings;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What recorded a row, as far as the row tells.
 *
 * @param hash Withings' stable identity of the device; null for a phone or a service that Withings
 *     only relays
 * @param modelId the device's model as Withings numbers it
 * @param model the device's model as people know it
 */
public record RowDevice(@Nullable String hash, @Nullable Integer modelId, @Nullable String model) {

  /** From here on Withings numbers phones and others' devices that it only relays. */
  public static final int FIRST_RELAY = 1000;

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}");

  /** Whether it is a phone or another maker's device that Withings only relays. */
  public boolean isRelayed() {
    return modelId != null && modelId >= FIRST_RELAY;
  }

  /** Reads it, by the names that the row's call has for the model's number and name. */
  static RowDevice of(JsonFields row, String modelIdField, @Nullable String modelField) {
    String hash = row.optionalText("hash_deviceid");
    // Some calls give the identity in deviceid only.
    String given = hash == null ? row.optionalText("deviceid") : hash;
    Integer modelId = row.optionalInt(modelIdField);
    return new RowDevice(
        given != null && HASH.matcher(given).matches() ? given : null,
        modelId == null || modelId < 0 ? null : modelId,
        modelField == null ? null : row.optionalText(modelField));
  }
}
