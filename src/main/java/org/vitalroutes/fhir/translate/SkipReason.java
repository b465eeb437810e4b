package org.vitalroutes.fhir.translate;

import java.util.Locale;

/** Why something Withings sent did not become a resource. */
public enum SkipReason {
  /** A goal the user set, not a measure. Counts groups. */
  OBJECTIVE,
  /** A category other than measures and objectives. Counts groups. */
  UNKNOWN_CATEGORY,
  /** May be of another person on the same scale. Counts groups. */
  AMBIGUOUS_OWNER,
  /** Of another maker's device or app, which would say the same twice. */
  FOREIGN_ORIGIN,
  /** A measure type that the table does not list. */
  UNKNOWN_TYPE,
  /** A temperature from something that is no thermometer. */
  ROOM_TEMPERATURE,
  /** A coded result that its list of answers does not hold, or a number that FHIR cannot hold. */
  UNKNOWN_VALUE,
  /** A value outside the bounds of its type or field, or a date at which nothing was measured. */
  IMPLAUSIBLE,
  /** A field of an Observation that was not made, as another that it needs was missing. */
  MISSING_FIELD,
  /** A field in a shape that cannot be read. */
  UNREADABLE_FIELD,
  /** A row, a measure or a field that Withings marks as deleted. */
  TAKEN_BACK,
  /** A time zone that this JVM does not know; the account's last known zone replaces it. */
  UNKNOWN_ZONE,
  /** Unreadable. Without a type when a whole group is unreadable. */
  MALFORMED,
  /** The same measure came twice; the newer one was taken. */
  DUPLICATE;

  /** Its name in metrics: {@code unknown-type}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
