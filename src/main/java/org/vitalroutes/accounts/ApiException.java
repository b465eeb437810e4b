package org.vitalroutes.accounts;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A refused API call; becomes problem details (RFC 9457) with a stable code. */
public final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int httpStatus;
  private final String code;
  private final @Nullable Duration retryAfter;

  public ApiException(int httpStatus, String code, String detail) {
    this(httpStatus, code, detail, null);
  }

  private ApiException(int httpStatus, String code, String detail, @Nullable Duration retryAfter) {
    super(detail);
    this.httpStatus = httpStatus;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** The caller does too much of something, and may do it again after a while. */
  public static ApiException tooManyRequests(Duration retryAfter) {
    return new ApiException(
        429, "too_many_requests", "Too many of these at a time; try again later", retryAfter);
  }

  /** When the call may be repeated; null when that changes nothing. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
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
