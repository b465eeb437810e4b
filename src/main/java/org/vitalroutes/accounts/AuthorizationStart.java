package org.vitalroutes.accounts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URLEncoder;
import java.util.List;

/**
 * Where to send the user to consent.
 *
 * @param authorizationUrl at Withings
 * @param state that comes back
 */
public record AuthorizationStart(
    @JsonProperty("authorization_url") String authorizationUrl,
    @JsonProperty("state") String state) {

  /**
   * Builds it. Withings wants the scopes separated by commas.
   *
   * @see <a href="https://developer.withings.com/api-reference/#tag/oauth2">OAuth 2.0</a>
   */
  public static AuthorizationStart of(
      String authorizeUrl, String clientId, List<String> scopes, String state, String redirectUri) {
    return new AuthorizationStart(
        authorizeUrl
            + (authorizeUrl.contains("?") ? "&" : "?")
            + "response_type=code&client_id="
            + encode(clientId)
            + "&scope="
            + String.join(",", scopes)
            + "&state="
            + encode(state)
            + "&redirect_uri="
            + encode(redirectUri),
        state);
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, UTF_8);
  }
}
