package org.vitalroutes.sync;

/** A request of higher priority is due; this one resumes after it. */
public final class PreemptedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public PreemptedException(SyncRequest request) {
    super("sync request " + request.id() + " yields to higher priority");
  }
}
