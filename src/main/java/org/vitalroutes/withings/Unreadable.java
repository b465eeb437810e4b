package org.vitalroutes.withings;

import org.jspecify.annotations.Nullable;

/**
 * A part of a reply that was left out because it could not be read.
 *
 * @param where path and problem, never the content
 * @param measureType the type of the measure left out; null when a whole group was, or the type is
 *     unreadable too
 * @param isRow whether a whole row was left out, and not a part of one
 */
public record Unreadable(String where, @Nullable Integer measureType, boolean isRow) {

  /** A whole row. */
  static Unreadable row(JsonFieldException problem) {
    return new Unreadable(String.valueOf(problem.getMessage()), null, true);
  }

  /** A measure of a group. */
  static Unreadable of(JsonFieldException problem, JsonFields.Element element) {
    Integer type = null;
    if (element.node().isObject()) {
      type = element.fields().optionalInt("type");
    }
    return new Unreadable(String.valueOf(problem.getMessage()), type, false);
  }
}
