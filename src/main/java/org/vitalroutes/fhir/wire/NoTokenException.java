package org.vitalroutes.fhir.wire;

import java.io.IOException;

/** No access token for the FHIR server can be obtained now. */
public final class NoTokenException extends IOException {

  private static final long serialVersionUID = 1L;

  private final boolean refused;

  /**
   * Failure to obtain a token.
   *
   * @param message without secrets
   * @param refused whether it does not accept us, so that waiting alone does not help
   */
  public NoTokenException(String message, boolean refused) {
    super(message);
    this.refused = refused;
  }

  /** Whether the authorization server does not accept us. */
  public boolean isRefused() {
    return refused;
  }
}
