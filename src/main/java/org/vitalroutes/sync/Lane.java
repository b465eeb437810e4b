package org.vitalroutes.sync;

/** Where a sync request comes from; the order is the order of service. */
public enum Lane {
  /** A notification. */
  LIVE,
  /** A fresh connection. */
  CONNECTION,
  /** A poll for what no notification told. */
  CATCH_UP,
  /** History, and an operator's resync. */
  BACKFILL
}
