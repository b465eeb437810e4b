package org.vitalroutes.withings;

/**
 * Something in an answer that is not as Withings documents it, and did not keep its row from being
 * read.
 *
 * @param kind what is odd
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
