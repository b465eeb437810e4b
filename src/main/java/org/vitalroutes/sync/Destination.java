package org.vitalroutes.sync;

import java.util.Locale;

/** Whom every sync request needs. */
public enum Destination {
  /** Where the data is. */
  WITHINGS,
  /** Where it goes. */
  FHIR;

  /** How it is named in tables, metrics and answers. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
