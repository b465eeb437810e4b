package org.vitalroutes.withings;

import org.jspecify.annotations.Nullable;

/**
 * A part of a reply that was left out because it could not be read.
 *
 * @param where path and problem, never the content
 * @param measureType type of the measure; null for a whole group or an unreadable type
 * @param isRow whether a whole row was left out and not only a part
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
