package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.provider.ProviderUnavailableException;

/**
 * The answer to a {@link TokenCall}.
 *
 * @see <a href="https://developer.withings.com/api-reference/#tag/oauth2">OAuth 2.0</a>
 */
public final class TokenReply {

  private static final long DEFAULT_LIFE_SECONDS = 10_800;

  /** The longest lifetime that is believed; a token that claims more is refreshed early. */
  private static final long MOST_LIFE_SECONDS = 86_400;

  private TokenReply() {}

  /**
   * Reads the body of {@code requesttoken}. The user id is text or a number.
   *
   * @param asked the requested scopes, which are granted when the reply names none (RFC 6749, 5.1)
   * @throws ProviderUnavailableException when a token or a valid user id is missing
   */
  public static Tokens read(JsonNode body, List<String> asked, Clock clock) {
    String access = body.path("access_token").asText("");
    String refresh = body.path("refresh_token").asText("");
    String user = body.path("userid").asText("");
    // Because the user id becomes part of the callback URL.
    if (access.isEmpty() || refresh.isEmpty() || !user.matches("[0-9]{1,20}")) {
      throw new ProviderUnavailableException("Withings granted an incomplete token", null);
    }
    List<String> granted =
        Stream.of(body.path("scope").asText("").split("[, ]+"))
            .filter(scope -> !scope.isEmpty())
            .toList();
    return new Tokens(
        user,
        access,
        refresh,
        clock
            .instant()
            .plusSeconds(
                Math.min(
                    MOST_LIFE_SECONDS,
                    Math.max(0, body.path("expires_in").asLong(DEFAULT_LIFE_SECONDS)))),
        granted.isEmpty() ? asked : granted);
  }
}
