package org.vitalroutes.steps;

import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;
import org.springframework.util.AlternativeJdkIdGenerator;
import org.springframework.util.IdGenerator;
import org.vitalroutes.notification.Notification;
import org.vitalroutes.notification.NotificationRejectedException;
import org.vitalroutes.store.Inbox;

/** Stores a verified notification; returns when it is committed. */
@Component
final class StoreNotification {

  private static final Logger log = LoggerFactory.getLogger(StoreNotification.class);

  private final Inbox inbox;
  private final Clock clock;

  /** Names need not be secret; the secure generator makes all threads of the door wait in turn. */
  private final IdGenerator ids = new AlternativeJdkIdGenerator();

  StoreNotification(Inbox inbox, Clock clock) {
    this.inbox = inbox;
    this.clock = clock;
  }

  @Handler
  void store(
      byte @Nullable [] sent, @Header("userid") @Nullable String signedUserId, Exchange exchange) {
    // An empty body comes as none.
    byte[] body = Objects.requireNonNullElse(sent, new byte[0]);
    Instant received = clock.instant();
    Notification notification = Notification.parse(body, received);
    if (signedUserId != null && !notification.isAbout(signedUserId)) {
      throw new NotificationRejectedException(404, "the URL is signed for another user");
    }
    String correlation = ids.generateId().toString();
    inbox.store(
        received,
        notification.userId(),
        notification.appli(),
        body,
        notification.oddities(),
        correlation);
    exchange.setProperty(LogContext.CORRELATION, correlation);
    try (var context = MDC.putCloseable(LogContext.CORRELATION, correlation)) {
      log.debug("a notification is stored");
    }
  }
}
