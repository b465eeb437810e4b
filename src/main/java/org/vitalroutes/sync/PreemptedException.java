package org.vitalroutes.sync;

/** More urgent work of the same account and kind waits; this request goes on after it. */
public final class PreemptedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public PreemptedException(SyncRequest request) {
    super("sync request " + request.id() + " yields to higher priority");
  }
}
