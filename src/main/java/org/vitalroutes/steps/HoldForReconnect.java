package org.vitalroutes.steps;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.AccountTokens;
import org.vitalroutes.store.AccountTokens.AccessToken;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;

/** Withings does not let us in any more: the account waits for its user, and its work with it. */
@Component
final class HoldForReconnect {

  private static final Logger log = LoggerFactory.getLogger(HoldForReconnect.class);

  private final AccountTokens tokens;
  private final SyncRequests requests;
  private final MeterRegistry meters;

  HoldForReconnect(AccountTokens tokens, SyncRequests requests, MeterRegistry meters) {
    this.tokens = tokens;
    this.requests = requests;
    this.meters = meters;
  }

  @Handler
  void hold(
      @Variable("request") SyncRequest request, @Variable("token") @Nullable AccessToken token) {
    if (token != null) {
      tokens.requireReconnect(request.account().id(), token.version());
    }
    requests.retryLater(request, Duration.ZERO, "the user must connect again", null);
    meters.counter("vitalroutes.failures", "outcome", "re-authorize").increment();
    log.warn("{} must be connected again by its user", request.account());
  }
}
