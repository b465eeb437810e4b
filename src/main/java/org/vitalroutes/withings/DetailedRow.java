package org.vitalroutes.withings;

/** A row of a page that does not tell all: other calls tell more of it. */
public sealed interface DetailedRow permits ActivityDay, HeartRecording, Night {}
