package org.vitalroutes.steps.withingssubscriptions;

import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.failure.Failure;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.steps.CallbackUrls;
import org.vitalroutes.store.AccountSubscriptions;
import org.vitalroutes.withings.SubscriptionChange;

/** Ends all subscriptions of an account, and returns the steps of the receipt. */
@Component
final class Unsubscribing {

  /** Withings' statuses for a subscription that does not exist. */
  private static final Set<Integer> ALREADY_GONE = Set.of(286, 294);

  private final AccountSubscriptions recorded;
  private final CallbackUrls urls;
  private final Clock clock;

  Unsubscribing(AccountSubscriptions recorded, CallbackUrls urls, Clock clock) {
    this.recorded = recorded;
    this.urls = urls;
    this.clock = clock;
  }

  List<SubscriptionChange> list(@Variable("account") AccountRef account) {
    String url = urls.webhook(account.externalUserId());
    return recorded.active(account.id()).stream()
        .map(appli -> SubscriptionChange.end(appli, url))
        .toList();
  }

  DisconnectReceipt.Step ended(@Variable("change") SubscriptionChange change) {
    return new DisconnectReceipt.Step("unsubscribe", change.appli(), DisconnectReceipt.DONE, null);
  }

  DisconnectReceipt.Step notEnded(
      @Variable("change") SubscriptionChange change, @ExchangeException Exception failure) {
    boolean gone =
        failure instanceof ProviderRefusedException refused
            && ALREADY_GONE.contains(refused.status());
    return gone
        ? new DisconnectReceipt.Step(
            "unsubscribe", change.appli(), DisconnectReceipt.ALREADY_GONE, null)
        : new DisconnectReceipt.Step(
            "unsubscribe",
            change.appli(),
            DisconnectReceipt.FAILED,
            Failure.of(failure, clock).detail());
  }

  List<DisconnectReceipt.Step> join(
      @Variable("unsubscribed") List<DisconnectReceipt.Step> unsubscribed,
      @Body DisconnectReceipt.Step revoked) {
    return Stream.concat(unsubscribed.stream(), Stream.of(revoked)).toList();
  }
}
