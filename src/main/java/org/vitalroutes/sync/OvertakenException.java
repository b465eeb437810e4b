package org.vitalroutes.sync;

/** More urgent work of the same account and kind waits; this request goes on after it. */
public final class OvertakenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public OvertakenException(SyncRequest request) {
    super("sync request " + request.id() + " makes way");
  }
}
