package org.vitalroutes.fhir.translate;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.hl7.fhir.r5.model.DateTimeType;
import org.hl7.fhir.r5.model.InstantType;

/** Instants as FHIR writes them, to the second. */
final class ZonedTime {
  private static final int MINUTE = 60;
  private static final int LARGEST_OFFSET = 14 * 60 * MINUTE;

  private ZonedTime() {}

  /**
   * Local time with the offset of that day. FHIR knows offsets of whole minutes up to 14 hours; in
   * the few places and years with others, UTC is written.
   */
  static DateTimeType dateTime(Instant instant, ZoneId zone) {
    ZoneOffset offset = zone.getRules().getOffset(instant);
    boolean writable =
        offset.getTotalSeconds() % MINUTE == 0
            && Math.abs(offset.getTotalSeconds()) <= LARGEST_OFFSET;
    return new DateTimeType(
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
            instant.atOffset(writable ? offset : ZoneOffset.UTC)));
  }

  static InstantType instant(Instant instant) {
    return new InstantType(DateTimeFormatter.ISO_INSTANT.format(instant));
  }
}
