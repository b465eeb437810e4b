package org.vitalroutes.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Issues codes and tokens.
 *
 * <p>A used refresh token stays valid, for a client that lost the answer, until 8 h have passed or
 * an access token issued for it is used.
 */
final class Grants {
  private static final Duration CODE_LIFE = Duration.ofSeconds(30);
  private static final Duration RETIREMENT = Duration.ofHours(8);

  private final Map<String, Code> codes = new HashMap<>();
  private final Map<String, AccessToken> accessTokens = new HashMap<>();
  private final Map<String, RefreshToken> refreshTokens = new HashMap<>();
  private final SimulatorSettings settings;
  private final Secrets secrets;
  private final Clock clock;

  Grants(SimulatorSettings settings, Secrets secrets, Clock clock) {
    this.settings = settings;
    this.secrets = secrets;
    this.clock = clock;
  }

  /** The access of an access token. */
  record Permission(long userid, Set<String> scopes) {
    Permission {
      scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
    }

    boolean any(Set<String> wanted) {
      return wanted.stream().anyMatch(scopes::contains);
    }
  }

  /** A new token pair. */
  record TokenPair(
      long userid, Set<String> scopes, String accessToken, String refreshToken, long expiresIn) {}

  synchronized String issueCode(long userid, Set<String> scopes, String redirectUri) {
    String code = secrets.next("code");
    Permission permission = new Permission(userid, scopes);
    codes.put(code, new Code(permission, redirectUri, clock.instant().plus(CODE_LIFE)));
    return code;
  }

  synchronized TokenPair exchange(String value, String redirectUri) {
    Code code = codes.get(value);
    if (code == null || !clock.instant().isBefore(code.expiresAt)) {
      throw RefusedException.invalid("code");
    }
    if (!code.redirectUri.equals(redirectUri)) {
      throw RefusedException.invalid("redirect_uri");
    }
    codes.remove(value);
    return issue(code.permission, null);
  }

  synchronized TokenPair refresh(String value) {
    RefreshToken token = refreshTokens.get(value);
    Instant now = clock.instant();
    if (token == null || !now.isBefore(token.expiresAt)) {
      throw RefusedException.invalid("refresh_token");
    }
    if (!token.used) {
      token.used = true;
      Instant retired = now.plus(RETIREMENT);
      token.expiresAt = retired.isBefore(token.expiresAt) ? retired : token.expiresAt;
    }
    return issue(token.permission, value);
  }

  /** A token pair without a code, as for Withings' demo user. */
  synchronized TokenPair issue(long userid, Set<String> scopes) {
    return issue(new Permission(userid, scopes), null);
  }

  private TokenPair issue(Permission permission, @Nullable String replaces) {
    Instant now = clock.instant();
    Duration life = settings.accessTokenLife();
    String access = secrets.next("access");
    String refresh = secrets.next("refresh");
    accessTokens.put(access, new AccessToken(permission, now.plus(life), replaces));
    refreshTokens.put(refresh, new RefreshToken(permission, now.plus(settings.refreshTokenLife())));
    return new TokenPair(
        permission.userid(), permission.scopes(), access, refresh, life.toSeconds());
  }

  /** The access of a valid access token; its first use ends the refresh token that it replaced. */
  synchronized Optional<Permission> use(String value) {
    AccessToken token = accessTokens.get(value);
    if (token == null || !clock.instant().isBefore(token.expiresAt)) {
      return Optional.empty();
    }
    if (token.replaces != null) {
      refreshTokens.remove(token.replaces);
      token.replaces = null;
    }
    return Optional.of(token.permission);
  }

  /** The user of a token, valid or not, without using it. */
  synchronized Optional<Long> owner(String value) {
    return Optional.ofNullable(accessTokens.get(value)).map(token -> token.permission.userid());
  }

  /** Whether this user has a valid refresh token. */
  synchronized boolean connected(long userid) {
    Instant now = clock.instant();
    return refreshTokens.values().stream()
        .anyMatch(token -> token.permission.userid() == userid && now.isBefore(token.expiresAt));
  }

  synchronized void revoke(long userid) {
    codes.values().removeIf(code -> code.permission.userid() == userid);
    accessTokens.values().removeIf(token -> token.permission.userid() == userid);
    refreshTokens.values().removeIf(token -> token.permission.userid() == userid);
  }

  synchronized void expireAccessTokens(long userid) {
    for (AccessToken token : accessTokens.values()) {
      if (token.permission.userid() == userid) {
        token.expiresAt = Instant.MIN;
      }
    }
  }

  synchronized void expireRefreshTokens(long userid) {
    refreshTokens.values().removeIf(token -> token.permission.userid() == userid);
  }

  /** The scopes of a user's valid grants. */
  synchronized Set<String> scopes(long userid) {
    Set<String> scopes = new LinkedHashSet<>();
    for (RefreshToken token : refreshTokens.values()) {
      if (token.permission.userid() == userid) {
        scopes.addAll(token.permission.scopes());
      }
    }
    return scopes;
  }

  private record Code(Permission permission, String redirectUri, Instant expiresAt) {}

  private static final class AccessToken {
    final Permission permission;
    Instant expiresAt;
    @Nullable String replaces;

    AccessToken(Permission permission, Instant expiresAt, @Nullable String replaces) {
      this.permission = permission;
      this.expiresAt = expiresAt;
      this.replaces = replaces;
    }
  }

  private static final class RefreshToken {
    final Permission permission;
    Instant expiresAt;
    boolean used;

    RefreshToken(Permission permission, Instant expiresAt) {
      this.permission = permission;
      this.expiresAt = expiresAt;
    }
  }
}
