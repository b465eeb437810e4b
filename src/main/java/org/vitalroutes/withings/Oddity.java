package org.vitalroutes.withings;

/**
 * A deviation of an answer from Withings' documentation that did not keep the row from being read.
 *
 * @param kind of deviation
 * @param field name of the field, never its content
 */
public record Oddity(Kind kind, String field) {

  /** What is odd. */
  public enum Kind {
    /** A field in a shape that cannot be read. */
    UNREADABLE,
    /** A field or a row that Withings marks as deleted. */
    TAKEN_BACK,
    /** A time zone that this JVM does not know. */
    UNKNOWN_ZONE
  }
}
