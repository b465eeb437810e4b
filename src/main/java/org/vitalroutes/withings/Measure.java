package org.vitalroutes.withings;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.withings.JsonFieldException.Problem;

/**
 * One measure of a group.
 *
 * @param type Withings' measure type, such as 1 for weight
 * @param value the exact decimal, in the unit of the type. Withings sends an integer and a power of
 *     ten; the digits are kept, so 72350·10⁻³ is 72.350. The scale is never negative, because some
 *     readers misread 2E+1
 * @param position where on the body, see {@link Position}; null when not given
 */
public record Measure(int type, BigDecimal value, @Nullable Integer position) {
  private static final int MAX_EXPONENT = 20;
  private static final int MAX_DIGITS = 19;

  static Measure of(JsonFields fields) {
    int type = fields.requiredInt("type");
    BigDecimal digits = fields.requiredNumber("value");
    int unit = fields.requiredInt("unit");
    if (digits.precision() > MAX_DIGITS || Math.abs(digits.scale()) > MAX_EXPONENT) {
      throw new JsonFieldException(fields.path("value"), Problem.OUT_OF_RANGE);
    }
    if (Math.abs((long) unit) > MAX_EXPONENT) {
      throw new JsonFieldException(fields.path("unit"), Problem.OUT_OF_RANGE);
    }
    BigDecimal value = digits.scaleByPowerOfTen(unit);
    // An unreadable position is not the same as none: the body site is part of the meaning.
    Integer position = fields.has("position") ? (Integer) fields.requiredInt("position") : null;
    return new Measure(type, value.scale() < 0 ? value.setScale(0) : value, position);
  }

  /** Without the value, because it may be logged. */
  @Override
  public String toString() {
    return "Measure[type=" + type + ", position=" + position + "]";
  }
}
