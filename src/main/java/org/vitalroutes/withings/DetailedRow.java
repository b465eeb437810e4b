package org.vitalroutes.withings;

/** A row whose details need calls of their own. */
public sealed interface DetailedRow permits ActivityDay, HeartRecording, Night {

  /** Withings' id of the row: the id of a signal or night, or the date of a day. */
  String rowId();
}
