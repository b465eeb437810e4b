package org.vitalroutes.steps.dispatch;

import static java.util.stream.Collectors.joining;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.notification.Notification;
import org.vitalroutes.notification.ReceivedNotification;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.settings.FetchSettings;
import org.vitalroutes.settings.ServiceSettings;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Audit;
import org.vitalroutes.store.Budget;
import org.vitalroutes.store.Inbox;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.store.UnlinkReports;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncTrigger;
import org.vitalroutes.sync.Window;
import org.vitalroutes.withings.WithingsProvider;

/** Waiting notifications, and the sync requests that they trigger. */
@Component
final class Notifications {

  private static final Logger log = LoggerFactory.getLogger(Notifications.class);

  private static final int BATCH = 1_000;

  /** Unknown users that a line of the log names at most. */
  private static final int MARKS = 10;

  private static final Set<String> ENDS = Set.of("unlink", "delete");

  /**
   * While notifications alone use up the budget, a sync request waits this long for further
   * notifications, so that one fetch serves them all.
   */
  private static final Duration PACE = Duration.ofSeconds(10);

  private final Inbox inbox;
  private final Accounts accounts;
  private final UnlinkReports unlinks;
  private final SyncRequests requests;
  private final Budget budget;
  private final WebhookSignature signature;
  private final MeterRegistry meters;
  private final OnDisconnect onDisconnect;
  private final Duration activityInterval;

  Notifications(
      Inbox inbox,
      Accounts accounts,
      UnlinkReports unlinks,
      SyncRequests requests,
      Budget budget,
      WebhookSignature signature,
      MeterRegistry meters,
      ServiceSettings settings,
      FetchSettings fetch) {
    this.inbox = inbox;
    this.accounts = accounts;
    this.unlinks = unlinks;
    this.requests = requests;
    this.budget = budget;
    this.signature = signature;
    this.meters = meters;
    this.onDisconnect = settings.onDisconnect();
    this.activityInterval = fetch.activityInterval();
  }

  /** Whether the inbox has waiting notifications. */
  boolean anyWaiting() {
    return inbox.anyWaiting();
  }

  /** Takes waiting notifications from the inbox, in the transaction of the route. */
  List<ReceivedNotification> take() {
    List<ReceivedNotification> taken = parsed(inbox.take(WithingsProvider.ID, BATCH));
    logUnknownUsers(taken);
    return taken;
  }

  private static List<ReceivedNotification> parsed(List<Inbox.Waiting> taken) {
    return taken.stream()
        .map(
            waiting ->
                new ReceivedNotification(
                    waiting.id(),
                    waiting.receivedAt(),
                    Notification.parse(waiting.body(), waiting.receivedAt()),
                    waiting.correlation(),
                    waiting.account()))
        .toList();
  }

  /** In one line, as there may be many. */
  private void logUnknownUsers(List<ReceivedNotification> taken) {
    List<String> unknown =
        taken.stream()
            .filter(received -> received.account() == null)
            .map(received -> received.notification().userId())
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    if (!unknown.isEmpty()) {
      log.info(
          "notifications trigger nothing, as their users are not connected: {}{}",
          unknown.stream().limit(MARKS).map(signature::markOf).collect(joining(", ")),
          unknown.size() > MARKS ? " and " + (unknown.size() - MARKS) + " others" : "");
    }
  }

  /** Triggers a sync request for each of the kinds, whose codes are separated by commas. */
  List<SyncTrigger> trigger(ReceivedNotification received, String kinds) {
    UUID account = received.account();
    if (account == null) {
      return ignore(received);
    }
    log.debug("a notification triggers {}", kinds);
    count("requested");
    return Stream.of(kinds.split(","))
        .map(
            kind ->
                new SyncTrigger(
                    account,
                    DataKind.of(kind),
                    received.window(),
                    received.receivedAt(),
                    received.correlation()))
        .toList();
  }

  /** Triggers a sync request for a kind, and for another unless that one's answer explains it. */
  List<SyncTrigger> triggerFirst(ReceivedNotification received, String kind, String then) {
    return trigger(received, kind).stream()
        .map(trigger -> trigger.then(DataKind.of(then)))
        .toList();
  }

  /** Triggers nothing. */
  List<SyncTrigger> ignore(ReceivedNotification received) {
    log.debug("a notification triggers nothing");
    count(received.account() == null ? "unknown-user" : "ignored");
    return List.of();
  }

  /**
   * Withings reports that the user has unlinked the application or deleted the Withings account. A
   * call with the current token verifies this; an account whose token is already refused is ended
   * at once.
   */
  List<SyncTrigger> changeAccount(ReceivedNotification received) {
    Notification notification = received.notification();
    UUID account = received.account();
    if (account != null && notification.action() != null && ENDS.contains(notification.action())) {
      verifyUnlink(account, received);
    }
    return ignore(received);
  }

  private void verifyUnlink(UUID account, ReceivedNotification received) {
    String status = unlinks.record(account, received.receivedAt()).orElse("");
    if (status.equals("reconnect_required")) {
      accounts.end(account, Actor.of(Audit.WITHINGS), false, onDisconnect);
      log.info("account {} was ended at Withings", account);
      return;
    }
    List<DataKind> kinds = DataKind.openedBy(WithingsProvider.ID, accounts.scopes(account));
    if (status.isEmpty() || kinds.isEmpty()) {
      log.info("a report that account {} was ended at Withings is not believed", account);
      return;
    }
    Instant at = received.receivedAt();
    requests.request(
        account,
        kinds.get(0),
        Priority.LIVE,
        new Window(at.minus(Duration.ofHours(1)), at),
        received.correlation());
  }

  /** Turns the triggers of all notifications into sync requests, in one statement. */
  void requestSync(List<List<SyncTrigger>> triggers) {
    List<SyncTrigger> all = triggers.stream().flatMap(List::stream).toList();
    if (!all.isEmpty()) {
      requests.trigger(all, budget.isStrained() ? PACE : Duration.ZERO, activityInterval);
    }
  }

  private void count(String outcome) {
    meters.counter("vitalroutes.notifications.dispatched", "outcome", outcome).increment();
  }
}
