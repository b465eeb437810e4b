package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.notification.Notification;
import org.vitalroutes.notification.ReceivedNotification;
import org.vitalroutes.store.Inbox;
import org.vitalroutes.withings.WithingsProvider;

/** Takes waiting notifications from the inbox, for the transaction of the route. */
@Component
final class TakeNotifications {

  private static final int MOST = 1_000;

  private final Inbox inbox;

  TakeNotifications(Inbox inbox) {
    this.inbox = inbox;
  }

  @Handler
  List<ReceivedNotification> take() {
    return inbox.take(WithingsProvider.ID, MOST).stream()
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
}
