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
  BACKFILL;

  /** Its name in the API: {@code catch-up}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
