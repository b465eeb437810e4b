package org.vitalroutes.fhir.translate;

import java.time.Duration;
import java.time.Instant;

/** The time in which something can have been measured. */
final class PlausibleTime {

  /** Withings sold its first product, a scale, in 2009. */
  private static final Instant EARLIEST = Instant.parse("2008-01-01T00:00:00Z");

  /** Time zones, and clocks of devices that are not quite right. */
  private static final Duration AHEAD = Duration.ofDays(1);

  private PlausibleTime() {}

  /** Whether something can have been measured then, as far as was known at that moment. */
  static boolean allows(Instant measured, Instant asOf) {
    return !measured.isBefore(EARLIEST) && !measured.isAfter(asOf.plus(AHEAD));
  }
}
