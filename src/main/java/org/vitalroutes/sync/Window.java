package org.vitalroutes.sync;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * A span of time at Withings, both ends included, in whole seconds.
 *
 * @param from first second
 * @param to last second
 */
public record Window(Instant from, Instant to) {

  /** Before the first Withings product there is no data. */
  private static final Instant EARLIEST = Instant.parse("2008-01-01T00:00:00Z");

  private static final Duration DAY = Duration.ofDays(1);

  /** A notification names the moment of a reading only roughly. */
  private static final Duration BEFORE = Duration.ofMinutes(5);

  private static final Duration AFTER = Duration.ofMinutes(30);

  /** The longest duration that counts as a moment. */
  private static final Duration MOMENT = Duration.ofMinutes(1);

  public Window {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException("a window ends before it begins");
    }
  }

  /**
   * The window of a notification, clamped to the time in which data can exist: its start and end
   * (in either order), widened when they are a single moment, or its day widened by a day on each
   * side because the notification does not name the time zone, or, when it names neither, the day
   * before its arrival.
   */
  public static Window ofNotification(
      @Nullable Instant start, @Nullable Instant end, @Nullable LocalDate date, Instant received) {
    Instant latest = received.plus(DAY);
    if (start != null || end != null) {
      Instant one = start == null ? end : start;
      Instant other = end == null ? start : end;
      if (one == null || other == null) {
        throw new IllegalStateException();
      }
      Instant from = one.isAfter(other) ? other : one;
      Instant to = one.isAfter(other) ? one : other;
      return Duration.between(from, to).compareTo(MOMENT) > 0
          ? clamped(from, to, latest)
          : clamped(clamp(from, latest).minus(BEFORE), clamp(to, latest).plus(AFTER), latest);
    }
    if (date != null) {
      return clamped(
          date.minusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant(),
          date.plusDays(2).atStartOfDay(ZoneOffset.UTC).toInstant(),
          latest);
    }
    return clamped(received.minus(DAY), latest, latest);
  }

  /** Whether no data can exist between the two, or they are in the wrong order. */
  public static boolean isAbsurd(@Nullable Instant start, @Nullable Instant end, Instant received) {
    Instant latest = received.plus(DAY);
    boolean outside =
        (start != null && (start.isBefore(EARLIEST) || start.isAfter(latest)))
            || (end != null && (end.isBefore(EARLIEST) || end.isAfter(latest)));
    return outside || (start != null && end != null && start.isAfter(end));
  }

  private static Window clamped(Instant from, Instant to, Instant latest) {
    return new Window(clamp(from, latest), clamp(to, latest));
  }

  private static Instant clamp(Instant instant, Instant latest) {
    Instant bounded = instant.isBefore(EARLIEST) ? EARLIEST : instant;
    bounded = bounded.isAfter(latest) ? latest : bounded;
    return Instant.ofEpochSecond(bounded.getEpochSecond());
  }
}
