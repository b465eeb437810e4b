package org.vitalroutes.steps.errors;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.breaker.Breaker;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.failure.Failure;
import org.vitalroutes.fhir.deliver.FhirFailure;
import org.vitalroutes.settings.ServiceSettings;
import org.vitalroutes.store.AccountTokens;
import org.vitalroutes.store.AccountTokens.AccessToken;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Audit;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.store.UnlinkReports;
import org.vitalroutes.sync.Destination;
import org.vitalroutes.sync.SyncRequest;

/** The outcomes of a sync request that failed. */
@Component
final class Outcomes {

  private static final Logger log = LoggerFactory.getLogger(Outcomes.class);

  /** The next probe is made with another request, if there is one: this one may be the cause. */
  private static final Duration AFTER_OTHERS = Duration.ofSeconds(2);

  private final SyncRequests requests;
  private final Accounts accounts;
  private final UnlinkReports unlinks;
  private final OnDisconnect onDisconnect;
  private final AccountTokens tokens;
  private final Breakers breakers;
  private final MeterRegistry meters;
  private final Clock clock;
  private final RandomGenerator random = RandomGenerator.getDefault();

  Outcomes(
      SyncRequests requests,
      Accounts accounts,
      UnlinkReports unlinks,
      ServiceSettings settings,
      AccountTokens tokens,
      Breakers breakers,
      MeterRegistry meters,
      Clock clock) {
    this.requests = requests;
    this.accounts = accounts;
    this.unlinks = unlinks;
    this.onDisconnect = settings.onDisconnect();
    this.tokens = tokens;
    this.breakers = breakers;
    this.meters = meters;
    this.clock = clock;
  }

  /** Another worker has taken over the request; nothing is left to do. */
  void giveUp(@Variable("request") SyncRequest request) {
    count("given-up");
    log.info("sync request {} was taken over by another worker", request.id());
  }

  /** Releases the request for one of higher priority. */
  void yieldRequest(@Variable("request") SyncRequest request) {
    requests.release(request);
  }

  /**
   * Releases the request until a limit or an outage that concerns all has passed; no try is
   * counted.
   */
  void hold(@Variable("request") SyncRequest request) {
    requests.release(request);
    count("held");
  }

  /**
   * Withings no longer accepts the account's grant: the work waits until the user reconnects. An
   * account that was reported as unlinked is ended.
   */
  void holdForReconnect(
      @Variable("request") SyncRequest request, @Variable("token") @Nullable AccessToken token) {
    UUID account = request.account().id();
    if (unlinks.isReported(account)) {
      accounts.end(account, Actor.of(Audit.WITHINGS), false, onDisconnect);
      requests.release(request);
      log.info("account {} was ended at Withings", account);
      return;
    }
    if (token != null) {
      tokens.requireReconnect(request.account().id(), token.version());
    }
    requests.retryLater(request, Duration.ZERO, "the user must connect again", null);
    count("re-authorize");
    log.warn("{} must be connected again by its user", request.account());
  }

  /** Makes a dead letter of a request that cannot succeed without a person. */
  void deadLetter(
      @Variable("request") SyncRequest request,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    Failure seen = Failure.of(failure, clock);
    requests.deadLetter(request, seen.reason(), seen.detail());
    count("dead-letter");
    log.warn(
        "sync request {} becomes a dead letter ({}): {}",
        request.id(),
        seen.reason(),
        seen.detail());
  }

  /** Whether the FHIR server refuses what was sent, so that another try changes nothing. */
  boolean isRefusedByFhirServer(@ExchangeException Exception failure) {
    return FhirFailure.refuses(failure);
  }

  /**
   * Releases the request after a failure that may pass; makes a dead letter of it when it was tried
   * often enough. While its destination is down no try is counted.
   */
  void retry(
      @Variable("request") SyncRequest request,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    Failure seen = Failure.of(failure, clock);
    Destination down = seen.down();
    Breaker.View open = down == null ? null : breakers.of(down).view();
    if (down != null && open != null) {
      Duration untilProbe = Duration.between(clock.instant(), open.until());
      requests.hold(
          request,
          untilProbe.isNegative() ? AFTER_OTHERS : untilProbe.plus(AFTER_OTHERS),
          seen.detail(),
          down);
      count("held");
      return;
    }
    if (seen.usedUp(request.tries())) {
      requests.deadLetter(request, "tries-used-up", seen.detail());
    } else {
      requests.retryLater(request, seen.waitAfter(request.tries(), random), seen.detail(), down);
    }
    count("retry");
    log.info("sync request {} is tried again later: {}", request.id(), seen.detail());
  }

  private void count(String outcome) {
    meters.counter("vitalroutes.failures", "outcome", outcome).increment();
  }
}
