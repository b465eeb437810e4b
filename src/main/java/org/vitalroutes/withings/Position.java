package org.vitalroutes.withings;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where on the body a measure was taken: {@code position} of a measure. 15 to 31 are positions of a
 * stethoscope, which getmeas does not send; they read as unknown.
 */
public enum Position {
  RIGHT_WRIST(0, "Right Wrist"),
  LEFT_WRIST(1, "Left Wrist"),
  RIGHT_ARM(2, "Right Arm"),
  LEFT_ARM(3, "Left Arm"),
  RIGHT_FOOT(4, "Right Foot"),
  LEFT_FOOT(5, "Left Foot"),
  BETWEEN_LEGS(6, "Between Legs"),
  /** Undocumented, sent by body composition scales; treated as no position. */
  WHOLE_BODY(7, "Whole body"),
  LEFT_PART(8, "Left part of the body"),
  RIGHT_PART(9, "Right part of the body"),
  LEFT_LEG(10, "Left leg"),
  RIGHT_LEG(11, "Right leg"),
  TORSO(12, "Torso"),
  LEFT_HAND(13, "Left hand"),
  RIGHT_HAND(14, "Right hand");

  private static final Map<Integer, Position> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toMap(Position::code, Function.identity()));

  private final int code;
  private final String display;

  Position(int code, String display) {
    this.code = code;
    this.display = display;
  }

  public static Optional<Position> of(int code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }

  public int code() {
    return code;
  }

  /** Withings' name of the position. */
  public String display() {
    return display;
  }

  /** The name with a capital, such as "Left arm". */
  public String text() {
    return display.charAt(0) + display.substring(1).toLowerCase(Locale.ROOT);
  }
}
