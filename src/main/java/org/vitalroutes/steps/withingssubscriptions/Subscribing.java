package org.vitalroutes.steps.withingssubscriptions;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.failure.Failure;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.steps.CallbackUrls;
import org.vitalroutes.store.AccountSubscriptions;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.OwnCallbacks;
import org.vitalroutes.withings.SubscriptionChange;
import org.vitalroutes.withings.Subscriptions;
import org.vitalroutes.withings.WithingsCall;

/** Begins and ends an account's subscriptions at Withings, and records the result. */
@Component
final class Subscribing {

  private static final Logger log = LoggerFactory.getLogger(Subscribing.class);

  /** Withings' statuses for a subscription that does not exist. */
  private static final Set<Integer> ALREADY_GONE = Set.of(286, 294);

  private final Accounts accounts;
  private final AccountSubscriptions recorded;
  private final OwnCallbacks callbacks;
  private final WithingsSettings settings;
  private final CallbackUrls urls;
  private final Clock clock;

  Subscribing(
      Accounts accounts,
      AccountSubscriptions recorded,
      OwnCallbacks callbacks,
      WithingsSettings settings,
      CallbackUrls urls,
      Clock clock) {
    this.accounts = accounts;
    this.recorded = recorded;
    this.callbacks = callbacks;
    this.settings = settings;
    this.urls = urls;
    this.clock = clock;
  }

  WithingsCall listCall() {
    return Subscriptions.list();
  }

  /** Compares Withings' list with the wanted subscriptions, and records those that exist. */
  List<SubscriptionChange> plan(@Body JsonNode listed, @Variable("account") AccountRef account) {
    String user = account.externalUserId();
    String current = urls.webhook(user);
    Subscriptions subscriptions =
        Subscriptions.compare(
            wanted(account),
            current,
            listed,
            url -> urls.isSigned(user, url) || callbacks.has(account.id(), url));
    callbacks.record(account.id(), Subscriptions.normal(current));
    subscriptions.present().forEach(appli -> recorded.record(account.id(), appli, null));
    return subscriptions.changes();
  }

  /** Withings did not return its list, so every wanted subscription is marked to be retried. */
  void notListed(@Variable("account") AccountRef account, @ExchangeException Exception failure) {
    String problem = Failure.of(failure, clock).detail();
    recorded.recordFailure(account.id(), wanted(account), problem);
    log.warn("the subscriptions of {} are unknown: {}", account, problem);
  }

  /** Whether a change loses no notification: none is ended whose replacement was refused. */
  boolean isSafe(@Body SubscriptionChange change, @Variable("account") AccountRef account) {
    return change.begins() || !recorded.failed(account.id()).contains(change.appli());
  }

  /**
   * Records a change, and returns the step of the receipt. The end of a subscription that was
   * replaced leaves no record.
   */
  DisconnectReceipt.Step changed(
      @Variable("change") SubscriptionChange change, @Variable("account") AccountRef account) {
    if (change.begins()) {
      recorded.record(account.id(), change.appli(), null);
    } else if (!wanted(account).contains(change.appli())) {
      recorded.remove(account.id(), change.appli());
    }
    return step(change, DisconnectReceipt.DONE, null);
  }

  /** Records why a change failed; the connection, or its end, stands all the same. */
  DisconnectReceipt.Step notChanged(
      @Variable("change") SubscriptionChange change,
      @Variable("account") AccountRef account,
      @ExchangeException Exception failure) {
    if (!change.begins()
        && failure instanceof ProviderRefusedException refused
        && ALREADY_GONE.contains(refused.status())) {
      return step(change, DisconnectReceipt.ALREADY_GONE, null);
    }
    String problem = Failure.of(failure, clock).detail();
    if (change.begins()) {
      recorded.record(account.id(), change.appli(), problem);
    }
    log.warn("{} of {} failed: {}", change, account, problem);
    return step(change, DisconnectReceipt.FAILED, problem);
  }

  private static DisconnectReceipt.Step step(
      SubscriptionChange change, String outcome, @Nullable String detail) {
    return new DisconnectReceipt.Step(
        change.begins() ? "subscribe" : "unsubscribe", change.appli(), outcome, detail);
  }

  /** The end of every active subscription of an account that leaves. */
  List<SubscriptionChange> list(@Variable("account") AccountRef account) {
    String url = urls.webhook(account.externalUserId());
    return recorded.active(account.id()).stream()
        .map(appli -> SubscriptionChange.end(appli, url))
        .toList();
  }

  /** The steps of the receipt, the revocation last. */
  List<DisconnectReceipt.Step> join(
      @Body List<DisconnectReceipt.Step> unsubscribed,
      @Variable("outcome") DisconnectReceipt.Step revoked) {
    return Stream.concat(unsubscribed.stream(), Stream.of(revoked)).toList();
  }

  /** The configured appli codes that the account's scopes allow. */
  private List<Integer> wanted(AccountRef account) {
    return Subscriptions.opened(settings.subscriptions(), accounts.scopes(account.id()));
  }
}
