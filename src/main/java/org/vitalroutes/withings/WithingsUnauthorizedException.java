package org.vitalroutes.withings;

/** Withings does not accept the access token; a refreshed one may do. */
public final class WithingsUnauthorizedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public WithingsUnauthorizedException(String message) {
    super(message);
  }
}
