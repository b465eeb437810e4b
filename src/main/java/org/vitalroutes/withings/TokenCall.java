package org.vitalroutes.withings;

/**
 * {@code requesttoken}: a token pair for a code or for a refresh token.
 *
 * @see <a href="https://developer.withings.com/api-reference/#tag/oauth2">OAuth 2.0</a>
 */
public final class TokenCall {

  private TokenCall() {}

  /** Exchanges a code, which is valid for 30 seconds. */
  public static WithingsCall exchange(
      String clientId, String clientSecret, String code, String redirectUri) {
    return request(clientId, clientSecret, "authorization_code")
        .with("code", code)
        .with("redirect_uri", redirectUri);
  }

  /** Exchanges a refresh token. */
  public static WithingsCall refresh(String clientId, String clientSecret, String refreshToken) {
    return request(clientId, clientSecret, "refresh_token").with("refresh_token", refreshToken);
  }

  private static WithingsCall request(String clientId, String clientSecret, String grantType) {
    return WithingsCall.of("/v2/oauth2", "requesttoken")
        .with("grant_type", grantType)
        .with("client_id", clientId)
        .with("client_secret", clientSecret);
  }
}
