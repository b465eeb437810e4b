package org.vitalroutes.withings;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The device that recorded a row, as far as the row names it.
 *
 * @param hash Withings' stable identity of the device; null for a phone or a service that Withings
 *     only relays
 * @param modelId Withings' number of the model
 * @param model the product name, such as "Body Scan"
 */
public record RowDevice(@Nullable String hash, @Nullable Integer modelId, @Nullable String model) {

  /** An unknown device. */
  public static final RowDevice NONE = new RowDevice(null, null, null);

  /** It becomes part of keys. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{1,64}");

  private static final Pattern NUMBER = Pattern.compile("-?\\d+");

  /** Whether it is a phone, an app or another maker's device that Withings only relays. */
  public boolean isRelayed() {
    return DeviceModels.isRelayed(modelId, model);
  }

  /** The same device, completed from the account's list of devices. */
  public RowDevice or(@Nullable Integer listedModelId, @Nullable String listedModel) {
    return new RowDevice(
        hash, modelId == null ? listedModelId : modelId, model == null ? listedModel : model);
  }

  /**
   * Reads the device of a row. The id and the model number have two field names each, and older
   * answers have the number in the field of the model name.
   *
   * @param modelIsNumber whether a number in {@code model} is the model number; in a night it is
   *     the kind of tracker
   */
  static RowDevice of(JsonFields row, boolean modelIsNumber) {
    String model = row.optionalText("model");
    boolean isName = model != null && !NUMBER.matcher(model).matches();
    Integer modelId = firstNumber(row, "modelid", "model_id");
    if (modelId == null && modelIsNumber) {
      modelId = firstNumber(row, "model");
    }
    if (modelId == null && isName && model != null) {
      modelId = DeviceModels.numberOf(model);
    }
    return new RowDevice(id(row), modelId, isName ? model : null);
  }

  private static @Nullable String id(JsonFields row) {
    for (String field : new String[] {"hash_deviceid", "deviceid"}) {
      String id = row.optionalText(field);
      if (id != null && ID.matcher(id).matches()) {
        return id;
      }
    }
    return null;
  }

  private static @Nullable Integer firstNumber(JsonFields row, String... fields) {
    for (String field : fields) {
      Integer number = row.intIfNumber(field);
      if (number != null && number >= 0) {
        return number;
      }
    }
    return null;
  }
}
