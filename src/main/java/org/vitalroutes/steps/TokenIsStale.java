package org.vitalroutes.steps;

import java.time.Clock;
import java.time.Duration;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.AccountTokens.AccessToken;

/** Whether the token ends too soon to be used. */
@Component
final class TokenIsStale {

  private static final Duration MARGIN = Duration.ofMinutes(1);

  private final Clock clock;

  TokenIsStale(Clock clock) {
    this.clock = clock;
  }

  @Handler
  boolean isStale(@Variable("token") AccessToken token) {
    return token.expiresAt().isBefore(clock.instant().plus(MARGIN));
  }
}
