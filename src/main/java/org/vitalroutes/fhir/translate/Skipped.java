package org.vitalroutes.fhir.translate;

import org.jspecify.annotations.Nullable;

/**
 * A number of rows or fields that were left out for one reason.
 *
 * @param type the measure type; null when a whole group or row was left out, or a field of one
 * @param field the field of a row; null when a whole one was left out
 */
public record Skipped(
    SkipReason reason, @Nullable Integer type, @Nullable String field, int count) {

  public Skipped(SkipReason reason, @Nullable Integer type, int count) {
    this(reason, type, null, count);
  }

  /** Where it was: a measure type or a field; null when a whole group or row was left out. */
  public @Nullable String path() {
    return type == null ? field : "measures[type=" + type + "]";
  }
}
