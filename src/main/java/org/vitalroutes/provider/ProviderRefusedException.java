package org.vitalroutes.provider;

/** The vendor refuses the call for good; repeating it changes nothing. */
public final class ProviderRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;

  public ProviderRefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The vendor's status. */
  public int status() {
    return status;
  }

  /**
   * Whether it may be a field of the call that is refused: a dead refresh token or code is 503. The
   * three and four hundreds are HTTP's, or of signatures and rights.
   */
  public boolean isOfParameter() {
    return status < 300 || status > 499;
  }
}
