package org.vitalroutes.store;

/** A notification could not be stored durably in time; Withings retries it. */
public final class InboxUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public InboxUnavailableException(String message) {
    super(message);
  }
}
