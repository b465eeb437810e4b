package org.vitalroutes.accounts;

/** A refused API call; becomes problem details (RFC 9457) with a stable code. */
public final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int httpStatus;
  private final String code;

  public ApiException(int httpStatus, String code, String detail) {
    super(detail);
    this.httpStatus = httpStatus;
    this.code = code;
  }

  /** The HTTP status to answer with. */
  public int httpStatus() {
    return httpStatus;
  }

  /** The stable problem code, such as {@code redirect_uri_not_allowed}. */
  public String code() {
    return code;
  }
}
