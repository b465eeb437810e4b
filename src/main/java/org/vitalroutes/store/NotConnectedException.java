package org.vitalroutes.store;

import java.util.UUID;

/** The account is no longer connected; its work is held. */
public final class NotConnectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public NotConnectedException(UUID account) {
    super("account " + account + " is not connected");
  }
}
