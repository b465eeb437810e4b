package org.vitalroutes.accounts;

import java.io.IOException;
import org.vitalroutes.provider.ProviderUnavailableException;

/** The reason why connecting failed, reported in {@code error} to the app's redirect URI. */
public final class ConnectFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String error;

  public ConnectFailure(String error) {
    super("the connection failed: " + error);
    this.error = error;
  }

  /** The error code reported to the app. */
  public static String errorOf(Throwable failure) {
    if (failure instanceof ConnectFailure said) {
      return said.error();
    }
    if (failure instanceof ProviderUnavailableException || failure instanceof IOException) {
      return "temporarily_unavailable";
    }
    return failure instanceof ApiException refused ? refused.code() : "server_error";
  }

  /** An error code of RFC 6749, 4.1.2.1. */
  public String error() {
    return error;
  }
}
