package org.vitalroutes.withings;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Slices a span for calls that return at most 24 hours and silently leave out the rest. */
final class DaySlices {
  private static final Duration DAY = Duration.ofHours(24);

  private DaySlices() {}

  /** One call for each slice of at most a day, in order; the end of the span is exclusive. */
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
