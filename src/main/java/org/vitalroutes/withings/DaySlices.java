package org.vitalroutes.withings;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Calls that answer a day at most: what lies further on is left out without a word. */
final class DaySlices {
  private static final Duration DAY = Duration.ofHours(24);

  private DaySlices() {}

  /** The call for each day or less of a span, in order, whose end is not part of it. */
  static List<WithingsCall> of(WithingsCall call, Instant from, Instant to) {
    List<WithingsCall> calls = new ArrayList<>();
    for (Instant start = from; start.isBefore(to); start = start.plus(DAY)) {
      Instant end = start.plus(DAY);
      calls.add(
          call.with("startdate", Long.toString(start.getEpochSecond()))
              .with("enddate", Long.toString((end.isBefore(to) ? end : to).getEpochSecond())));
    }
    return calls;
  }
}
