package org.vitalroutes.accounts;

import java.io.IOException;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnauthorizedException;
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
    if (failure instanceof ProviderRefusedException
        || failure instanceof ProviderUnauthorizedException) {
      // The code is wrong, used or older than 30 seconds: RFC 6749, 5.2.
      return "invalid_grant";
    }
    return failure instanceof ApiException refused ? refused.code() : "server_error";
  }

  /** An error code of RFC 6749, 4.1.2.1 or 5.2. */
  public String error() {
    return error;
  }
}
