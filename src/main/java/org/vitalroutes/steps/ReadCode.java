package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.ConnectFailure;

/** The code that the browser brought, unless the user said no. */
@Component
final class ReadCode {

  @Handler
  String read(@Header("code") @Nullable String code, @Header("error") @Nullable String error) {
    if (error != null) {
      throw new ConnectFailure(error.equals("access_denied") ? error : "server_error");
    }
    if (code == null || code.isBlank()) {
      throw new ConnectFailure("invalid_request");
    }
    return code;
  }
}
