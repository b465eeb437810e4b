package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** {@code /v2/oauth2}: exchanges codes and refresh tokens, and revokes grants. */
final class OAuthEndpoint implements Endpoint {
  private static final Duration SAME_CALL_PAUSE = Duration.ofSeconds(10);

  private final Map<Map<String, String>, Instant> lastCalls = new ConcurrentHashMap<>();
  private final SimulatorSettings settings;
  private final Grants grants;
  private final Nonces nonces;
  private final Users users;
  private final Subscriptions subscriptions;
  private final Clock clock;

  OAuthEndpoint(
      SimulatorSettings settings,
      Grants grants,
      Nonces nonces,
      Users users,
      Subscriptions subscriptions,
      Clock clock) {
    this.settings = settings;
    this.grants = grants;
    this.nonces = nonces;
    this.users = users;
    this.subscriptions = subscriptions;
    this.clock = clock;
  }

  @Override
  public ObjectNode answer(Call call) {
    return switch (call.action()) {
      case "requesttoken" -> requestToken(call);
      case "revoke" -> revoke(call);
      case "getdemoaccess" -> demoAccess(call);
      default -> throw RefusedException.wrongAction();
    };
  }

  private ObjectNode requestToken(Call call) {
    refuseRepetition(call);
    String grantType =
        call.formText("grant_type").orElseThrow(() -> RefusedException.invalid("grant_type"));
    return switch (grantType) {
      case "authorization_code" -> {
        requireClient(call);
        String code = call.formText("code").orElseThrow(() -> RefusedException.invalid("code"));
        String redirectUri = call.formText("redirect_uri").orElse("");
        Grants.TokenPair pair = grants.exchange(code, redirectUri);
        // Observed: the user id is text here and a number on refresh.
        yield tokens(pair).put("userid", Long.toString(pair.userid()));
      }
      case "refresh_token" -> {
        requireClient(call);
        String token =
            call.formText("refresh_token")
                .orElseThrow(() -> RefusedException.invalid("refresh_token"));
        Grants.TokenPair pair = grants.refresh(token);
        yield tokens(pair).put("userid", pair.userid());
      }
      default -> throw RefusedException.invalid("grant_type");
    };
  }

  private void refuseRepetition(Call call) {
    if (!settings.refuseRepeatedTokenCalls()) {
      return;
    }
    Instant now = clock.instant();
    Instant last = lastCalls.put(call.form(), now);
    if (last != null && now.isBefore(last.plus(SAME_CALL_PAUSE))) {
      throw new RefusedException(601, "Too Many Requests: same arguments in less than 10 seconds");
    }
  }

  /** Checks that the client sends its secret or a signature made with it. */
  private void requireClient(Call call) {
    if (call.formText("signature").isPresent()) {
      nonces.requireSigned(call);
      return;
    }
    if (!call.formText("client_id").orElse("").equals(settings.clientId())) {
      throw RefusedException.invalid("client_id");
    }
    String secret = call.formText("client_secret").orElse("");
    if (!Signatures.matches(settings.clientSecret(), secret)) {
      throw RefusedException.invalid("client_secret");
    }
  }

  private ObjectNode revoke(Call call) {
    nonces.requireSigned(call);
    long userid = call.number("userid").orElseThrow(RefusedException::unknownUser);
    if (users.find(userid).isEmpty()) {
      throw RefusedException.unknownUser();
    }
    grants.revoke(userid);
    subscriptions.removeUser(userid);
    return Json.object();
  }

  private ObjectNode demoAccess(Call call) {
    nonces.requireSigned(call);
    Set<String> scopes =
        Scopes.parse(call.requiredText("scope_oauth2"))
            .orElseThrow(() -> RefusedException.invalid("scope_oauth2"));
    SimulatedUser demo = users.first().orElseThrow(RefusedException::unknownUser);
    Grants.TokenPair pair = grants.issue(demo.userid(), scopes);
    return tokens(pair).put("userid", pair.userid());
  }

  private static ObjectNode tokens(Grants.TokenPair pair) {
    return Json.object()
        .put("access_token", pair.accessToken())
        .put("refresh_token", pair.refreshToken())
        .put("expires_in", pair.expiresIn())
        .put("scope", String.join(",", pair.scopes()))
        .put("token_type", "Bearer");
  }
}
