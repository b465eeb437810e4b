package org.vitalroutes.accounts;

import java.util.UUID;

/** Withings refuses the account's tokens; its user must connect again. */
public final class ReconnectRequiredException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ReconnectRequiredException(UUID account) {
    super("account " + account + " must be connected again");
  }
}
