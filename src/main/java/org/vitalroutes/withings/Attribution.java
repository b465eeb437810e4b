package org.vitalroutes.withings;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How Withings attributed a group of measures to this user: {@code attrib} of getmeas. The numbers
 * 3, 10 and 17 occur and are documented nowhere; they read as unknown.
 */
public enum Attribution {
  DEVICE(0, "Captured by a device, unambiguous"),
  /**
   * Several users share the device and Withings cannot tell them apart; the group may be another
   * person's.
   */
  AMBIGUOUS_OWNER(1, "Captured by a device, ambiguous user"),
  MANUAL(2, "Entered manually"),
  /** "May not be accurate", according to Withings' documentation. */
  MANUAL_AT_CREATION(4, "Entered manually during user creation"),
  /** A blood pressure monitor measured several times and sent the best result. */
  BEST_OF_SEVERAL(5, "Measure auto (best of several)"),
  CONFIRMED(7, "Confirmed by user"),
  DEVICE_TOO(8, "Same as 0"),
  GUIDED(15, "Guided conditions");

  private static final Map<Integer, Attribution> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toMap(Attribution::code, Function.identity()));

  private final int code;
  private final String display;

  Attribution(int code, String display) {
    this.code = code;
    this.display = display;
  }

  public static Optional<Attribution> of(int code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }

  public int code() {
    return code;
  }

  public String display() {
    return display;
  }

  /** Whether a person entered it: no device measured it. */
  public boolean isManual() {
    return this == MANUAL || this == MANUAL_AT_CREATION;
  }

  /** Whether a device measured it without further qualification. */
  public boolean isOrdinary() {
    return this == DEVICE || this == DEVICE_TOO;
  }
}
