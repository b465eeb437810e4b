package org.vitalroutes.simulator;

/** The call is answered with a status other than 0 in the envelope. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  RefusedException(int status, String text) {
    super(text, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }

  static RefusedException invalid(String parameter) {
    return new RefusedException(503, "Invalid Params: invalid " + parameter);
  }

  static RefusedException invalidToken() {
    return new RefusedException(
        401, "XRequestID: Not provided invalid_token: The access token provided is invalid");
  }

  static RefusedException insufficientScope() {
    return new RefusedException(403, "Insufficient_scope");
  }

  static RefusedException wrongAction() {
    return new RefusedException(2554, "Wrong action or wrong webservice");
  }

  static RefusedException badSignature() {
    return new RefusedException(342, "The signature is invalid");
  }

  static RefusedException badCallback() {
    return new RefusedException(293, "The callback URL is either absent or incorrect");
  }

  static RefusedException noSuchSubscription() {
    return new RefusedException(286, "No such subscription was found");
  }

  static RefusedException unknownUser() {
    return new RefusedException(247, "The userid provided is absent, or incorrect");
  }

  static RefusedException tooManyRequests() {
    return new RefusedException(601, "Too Many Requests");
  }
}
