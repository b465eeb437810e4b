package org.vitalroutes.withings;

/** A row of a page that does not tell all: other calls tell more of it. */
public sealed interface DetailedRow permits ActivityDay, HeartRecording, Night {

  /** Withings' own name of the row: a signal's id, a night's id or a day's date. */
  String rowId();
}
