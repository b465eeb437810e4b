package org.vitalroutes.provider;

/** The vendor does not accept the access token; a refreshed one may do. */
public final class ProviderUnauthorizedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ProviderUnauthorizedException(String message) {
    super(message);
  }
}
