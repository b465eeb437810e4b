package org.vitalroutes.notification;

/** The webhook request is not a valid notification; it is refused and nothing is stored. */
public final class NotificationRejectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int httpStatus;

  public NotificationRejectedException(int httpStatus, String reason) {
    super(reason);
    this.httpStatus = httpStatus;
  }

  /** The HTTP status to answer with. */
  public int httpStatus() {
    return httpStatus;
  }
}
