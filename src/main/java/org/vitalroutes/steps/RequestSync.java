package org.vitalroutes.steps;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.notification.ReceivedNotification;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Inbox;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Lane;
import org.vitalroutes.withings.WithingsProvider;

/** Turns a notification into sync requests for the kinds that the router chose. */
@Component
final class RequestSync {

  private static final Logger log = LoggerFactory.getLogger(RequestSync.class);

  private final Accounts accounts;
  private final SyncRequests requests;
  private final Inbox inbox;
  private final WebhookSignature signature;
  private final MeterRegistry meters;

  RequestSync(
      Accounts accounts,
      SyncRequests requests,
      Inbox inbox,
      WebhookSignature signature,
      MeterRegistry meters) {
    this.accounts = accounts;
    this.requests = requests;
    this.inbox = inbox;
    this.signature = signature;
    this.meters = meters;
  }

  @Handler
  void request(ReceivedNotification received, @Variable("kinds") String kinds) {
    String userId = received.notification().userId();
    Optional<AccountRef> account =
        userId == null ? Optional.empty() : accounts.ofExternalUser(WithingsProvider.ID, userId);
    account.ifPresent(
        known ->
            Stream.of(kinds.split(","))
                .filter(kind -> !kind.isBlank())
                .map(DataKind::of)
                .forEach(
                    kind ->
                        requests.request(
                            known.id(),
                            kind,
                            Lane.LIVE,
                            received.window(),
                            received.receivedAt(),
                            received.correlation())));
    String outcome = account.isEmpty() ? "unknown-user" : kinds.isEmpty() ? "ignored" : "requested";
    inbox.dispatched(
        received.id(),
        received.receivedAt(),
        account.isEmpty()
            ? received.odditiesAnd("unknown-user")
            : received.notification().oddities());
    if (userId != null && account.isEmpty()) {
      log.info(
          "a notification of user {} asks for nothing: nobody is connected",
          signature.markOf(userId));
    } else {
      log.debug("a notification asks for {}", kinds.isEmpty() ? "nothing" : kinds);
    }
    meters.counter("vitalroutes.notifications.dispatched", "outcome", outcome).increment();
  }
}
