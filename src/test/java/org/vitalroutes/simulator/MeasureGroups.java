package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds measure groups as getmeas returns them. */
final class MeasureGroups {
  static final int WEIGHT = 1;
  static final int HEIGHT = 4;
  static final int FAT_FREE_MASS = 5;
  static final int FAT_RATIO = 6;
  static final int FAT_MASS = 8;
  static final int DIASTOLIC = 9;
  static final int SYSTOLIC = 10;
  static final int PULSE = 11;
  static final int SPO2 = 54;
  static final int BODY_TEMPERATURE = 71;
  static final int SKIN_TEMPERATURE = 73;
  static final int MUSCLE_MASS = 76;
  static final int HYDRATION = 77;
  static final int BONE_MASS = 88;

  static final int BY_DEVICE = 0;
  static final int AMBIGUOUS = 1;
  static final int MANUAL = 2;
  static final int AT_ACCOUNT_CREATION = 4;

  private MeasureGroups() {}

  /** A group without measures; without a device its device fields are null. */
  static ObjectNode group(
      SimulatedUser user,
      @Nullable Device device,
      int attrib,
      long grpid,
      long date,
      long created) {
    ObjectNode group =
        Json.object()
            .put("grpid", grpid)
            .put("attrib", attrib)
            .put("date", date)
            .put("created", created)
            .put("modified", created)
            .put("category", 1);
    String deviceId = device == null ? null : user.deviceId(device.model());
    group.put("deviceid", deviceId).put("hash_deviceid", deviceId);
    group.putArray("measures");
    if (device == null) {
      group.putNull("modelid").putNull("model");
    } else {
      group.put("modelid", device.modelId()).put("model", device.model());
    }
    group.putNull("comment");
    return group;
  }

  /** Adds a measure of value times ten to the unit. */
  static void add(ObjectNode group, int type, long value, int unit) {
    ArrayNode measures = group.withArray("measures");
    measures
        .addObject()
        .put("value", value)
        .put("type", type)
        .put("unit", unit)
        .put("algo", type == WEIGHT ? 3 : 0)
        .put("fm", 3);
  }

  /** Adds a measure, rounded half up to this many decimals, as devices do. */
  static void add(ObjectNode group, int type, BigDecimal value, int decimals) {
    BigDecimal rounded = value.setScale(decimals, RoundingMode.HALF_UP);
    add(group, type, rounded.unscaledValue().longValueExact(), -decimals);
  }

  /** Adds the measures that a Body+ derives from weight and impedance. */
  static void addBodyComposition(ObjectNode group, BigDecimal kilograms, BigDecimal fatPercent) {
    BigDecimal fat = kilograms.multiply(fatPercent).movePointLeft(2);
    BigDecimal lean = kilograms.subtract(fat);
    BigDecimal muscle = lean.multiply(new BigDecimal("0.951"));
    add(group, FAT_MASS, fat, 2);
    add(group, MUSCLE_MASS, muscle, 2);
    add(group, HYDRATION, lean.multiply(new BigDecimal("0.732")), 2);
    add(group, BONE_MASS, lean.subtract(muscle), 2);
    add(group, FAT_RATIO, fatPercent, 3);
    add(group, FAT_FREE_MASS, lean, 2);
  }

  static Set<Integer> types(JsonNode group) {
    Set<Integer> types = new LinkedHashSet<>();
    group.path("measures").forEach(measure -> types.add(measure.path("type").asInt()));
    return types;
  }

  /** The exact value of the first measure of a type; the group must have one. */
  static BigDecimal value(JsonNode group, int type) {
    for (JsonNode measure : group.path("measures")) {
      if (measure.path("type").asInt() == type) {
        return BigDecimal.valueOf(measure.path("value").asLong())
            .scaleByPowerOfTen(measure.path("unit").asInt());
      }
    }
    throw new IllegalArgumentException("no measure of type " + type);
  }

  /** The notification category of a group. */
  static Appli appli(JsonNode group) {
    Set<Integer> types = types(group);
    if (types.contains(WEIGHT) || types.isEmpty()) {
      return Appli.WEIGHT;
    }
    if (types.stream().anyMatch(Set.of(DIASTOLIC, SYSTOLIC, PULSE, SPO2)::contains)) {
      return Appli.BLOOD_PRESSURE;
    }
    if (types.stream().anyMatch(Set.of(12, BODY_TEMPERATURE, SKIN_TEMPERATURE)::contains)) {
      return Appli.TEMPERATURE;
    }
    // Undocumented; an assumption.
    if (types.contains(119)) {
      return Appli.GLUCOSE;
    }
    return types.contains(130) ? Appli.ECG : Appli.WEIGHT;
  }
}
