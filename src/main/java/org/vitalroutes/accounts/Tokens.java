package org.vitalroutes.accounts;

import java.time.Instant;
import java.util.List;

/**
 * A provider's grant: the token pair and its scopes.
 *
 * @param externalUserId the provider's user id
 * @param accessToken authorizes calls
 * @param refreshToken exchanged for the next pair; every refresh returns a new one
 * @param expiresAt when the access token ends
 * @param scopes granted scopes, possibly fewer than requested
 */
public record Tokens(
    String externalUserId,
    String accessToken,
    String refreshToken,
    Instant expiresAt,
    List<String> scopes) {

  public Tokens {
    scopes = List.copyOf(scopes);
  }

  /** Empty, as every field is a secret or names a user. */
  @Override
  public String toString() {
    return "Tokens[…]";
  }
}
