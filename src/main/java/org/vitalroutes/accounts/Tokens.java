package org.vitalroutes.accounts;

import java.time.Instant;
import java.util.List;

/**
 * What a provider grants: the token pair and what it opens.
 *
 * @param externalUserId the provider's user id
 * @param accessToken for calls
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

  public Tokens {
    scopes = List.copyOf(scopes);
  }

  /** Says nothing: everything in it is a secret or names a user. */
  @Override
  public String toString() {
    return "Tokens[…]";
  }
}
