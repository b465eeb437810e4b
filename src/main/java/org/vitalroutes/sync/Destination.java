package org.vitalroutes.sync;

import java.util.Locale;

/** A server that every sync request needs. */
public enum Destination {
  /** The source of the data. */
  WITHINGS,
  /** The FHIR server that receives the data. */
  FHIR;

  /** Its name in tables, metrics and API answers. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
