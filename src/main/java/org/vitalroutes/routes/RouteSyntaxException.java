package org.vitalroutes.routes;

/** A route file that is no YAML; the message says where and what was expected. */
public final class RouteSyntaxException extends RuntimeException {

  RouteSyntaxException(String message, Exception cause) {
    super(message, cause);
  }
}
