package org.vitalroutes.withings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.List;
import org.vitalroutes.provider.Provider;

/**
 * Withings, as users connect to it.
 *
 * @param authorizeUrl where a user consents
 * @param clientId of our application
 * @param scopes to request from a user
 */
public record WithingsProvider(String authorizeUrl, String clientId, List<String> scopes)
    implements Provider {

  /** Its id. */
  public static final String ID = "withings";

  @Override
  public String id() {
    return ID;
  }

  /**
   * Withings separates scopes by commas.
   *
   * @see <a href="https://developer.withings.com/api-reference/#tag/oauth2">OAuth 2.0</a>
   */
  @Override
  public String authorizationUrl(String state, String redirectUri) {
    return authorizeUrl
        + (authorizeUrl.contains("?") ? "&" : "?")
        + "response_type=code&client_id="
        + encode(clientId)
        + "&scope="
        + String.join(",", scopes)
        + "&state="
        + encode(state)
        + "&redirect_uri="
        + encode(redirectUri);
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, UTF_8);
  }
}
