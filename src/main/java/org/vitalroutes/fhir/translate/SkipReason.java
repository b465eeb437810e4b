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
  /** A day or workout of another maker's device or app, which would count the same twice. */
  FOREIGN_ORIGIN,
  /** A measure type that the table does not list. */
  UNKNOWN_TYPE,
  /** A temperature from something that is no thermometer. */
  ROOM_TEMPERATURE,
  /**
   * A coded result that its list of answers does not hold, or a number outside what its unit can
   * mean.
   */
  UNKNOWN_VALUE,
  /** Could not be read. Has no type when a whole group could not. */
  MALFORMED,
  /** The same measure came twice; the newer one was taken. */
  DUPLICATE;

  /** Its name in metrics: {@code unknown-type}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
