package org.vitalroutes.store;

import java.util.UUID;

/** The account is not connected any more; work for it is held. */
public final class NotConnectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public NotConnectedException(UUID account) {
    super("account " + account + " is not connected");
  }
}
