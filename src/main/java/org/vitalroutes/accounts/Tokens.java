package org.vitalroutes.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.vitalroutes.provider.ProviderUnavailableException;

/**
 * What Withings grants: the token pair and what it opens.
 *
 * @param externalUserId Withings' user id
 * @param accessToken for calls, lives three hours
 * @param refreshToken for the next pair; every refresh brings a new one
 * @param expiresAt when the access token ends
 * @param scopes what the user granted, possibly less than was asked
 */
public record Tokens(
    String externalUserId,
    String accessToken,
    String refreshToken,
    Instant expiresAt,
    List<String> scopes) {

  private static final long DEFAULT_LIFE_SECONDS = 10_800;

  /** Longer is not believed: the token is refreshed once more than it need be. */
  private static final long MOST_LIFE_SECONDS = 86_400;

  public Tokens {
    scopes = List.copyOf(scopes);
  }

  /**
   * Reads the body of {@code requesttoken}. The user id comes as text or as a number.
   *
   * @throws ProviderUnavailableException when a token is missing
   */
  public static Tokens of(JsonNode body, Clock clock) {
    String access = body.path("access_token").asText("");
    String refresh = body.path("refresh_token").asText("");
    String user = body.path("userid").asText("");
    if (access.isEmpty() || refresh.isEmpty() || user.isEmpty()) {
      throw new ProviderUnavailableException("Withings granted an incomplete token", null);
    }
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
        Stream.of(body.path("scope").asText("").split("[, ]+"))
            .filter(scope -> !scope.isEmpty())
            .toList());
  }

  /** Says nothing: everything in it is a secret or names a user. */
  @Override
  public String toString() {
    return "Tokens[…]";
  }
}
