package org.vitalroutes.sync;

import java.util.Locale;

/** Where a sync request comes from; the order is the order of service. */
public enum Lane {
  /** A notification. */
  LIVE,
  /** A fresh connection. */
  CONNECTION,
  /** A poll for what no notification told. */
  CATCH_UP,
  /** History, and an operator's resync. */
  BACKFILL,
  /** What the rows of a history do not tell, a call for each: all summaries come first. */
  DETAILS,
  /** Of a disconnected account: what it left in the FHIR server. Takes no calls of the provider. */
  WITHDRAWAL;

  /** Whether what its rows do not tell is left to {@link #DETAILS}. */
  public boolean leavesDetails() {
    return this == CONNECTION || this == BACKFILL;
  }

  /** Its name in the API: {@code catch-up}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
