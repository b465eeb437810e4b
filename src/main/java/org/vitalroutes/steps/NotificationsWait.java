package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.Inbox;

/** Whether there is anything in the inbox to be acted on. */
@Component
final class NotificationsWait {

  private final Inbox inbox;

  NotificationsWait(Inbox inbox) {
    this.inbox = inbox;
  }

  @Handler
  boolean anyWait() {
    return inbox.anyWait();
  }
}
