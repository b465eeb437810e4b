package org.vitalroutes.withings;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What recorded a row, as far as the row tells.
 *
 * @param hash Withings' stable identity of the device; null for a phone or a service that Withings
 *     only relays
 * @param modelId the device's model as Withings numbers it
 * @param model the device's model as people know it, as "Body Scan"
 */
public record RowDevice(@Nullable String hash, @Nullable Integer modelId, @Nullable String model) {

  /** A device of which nothing is known. */
  public static final RowDevice NONE = new RowDevice(null, null, null);

  /** It becomes part of keys. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{1,64}");

  private static final Pattern NUMBER = Pattern.compile("-?\\d+");

  /** Whether it is a phone, an app or another maker's device that Withings only relays. */
  public boolean isRelayed() {
    return DeviceModels.isRelayed(modelId, model);
  }

  /** The same device, with what the account's list of devices says where the row says nothing. */
  public RowDevice or(@Nullable Integer listedModelId, @Nullable String listedModel) {
    return new RowDevice(
        hash, modelId == null ? listedModelId : modelId, model == null ? listedModel : model);
  }

  /**
   * Reads it. Identity and number of the model have two names each, and older answers have the
   * number under the name of the model.
   *
   * @param modelIsNumber whether a number under {@code model} is that of the model; in a night it
   *     is the kind of the tracker
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
