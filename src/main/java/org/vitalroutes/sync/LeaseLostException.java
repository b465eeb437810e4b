package org.vitalroutes.sync;

/** Another worker has taken over the request; this worker must not change it any more. */
public final class LeaseLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LeaseLostException(SyncRequest request) {
    super("the lease of sync request " + request.id() + " is lost");
  }
}
