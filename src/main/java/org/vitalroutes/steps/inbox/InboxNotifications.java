package org.vitalroutes.steps.inbox;

import static org.apache.camel.component.kafka.KafkaConstants.KEY;
import static org.apache.camel.component.kafka.KafkaConstants.MANUAL_COMMIT;
import static org.apache.camel.component.kafka.KafkaConstants.PARTITION;
import static org.apache.camel.component.kafka.KafkaConstants.TIMESTAMP;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;
import org.vitalroutes.notification.Notification;
import org.vitalroutes.steps.LogContext;
import org.vitalroutes.store.Inbox;
import org.vitalroutes.store.Inbox.Arrival;
import org.vitalroutes.store.InboxUnavailableException;

/** Stores notifications in PostgreSQL, directly or by way of a Kafka topic. */
@Component
final class InboxNotifications {

  /** Header of a record. */
  private static final String CORRELATION = "correlation";

  private static final byte[] EMPTY = {};

  private static final Logger log = LoggerFactory.getLogger(InboxNotifications.class);

  /** How long a notification may wait for Kafka, by the settings of the route. */
  private static final Duration LONGEST_SEND = Duration.ofMillis(1700);

  private static final Duration BETWEEN_PROBES = Duration.ofMillis(200);

  /** Until when nothing is sent to Kafka; null while it acknowledges. */
  private final AtomicReference<@Nullable Instant> refusedUntil = new AtomicReference<>();

  private final Clock clock;
  private final Inbox inbox;

  InboxNotifications(Inbox inbox, Clock clock) {
    this.clock = clock;
    this.inbox = inbox;
  }

  /** Returns when the notification is committed. */
  void store(Arrival arrival) {
    inbox.store(arrival);
    logStored(arrival.correlation());
  }

  private static void logStored(String correlation) {
    if (log.isDebugEnabled()) {
      try (var context = MDC.putCloseable(LogContext.CORRELATION, correlation)) {
        log.debug("a notification is stored");
      }
    }
  }

  /**
   * Makes a record of a notification, by user. While Kafka fails, one notification at a time probes
   * it and the others are refused at once; otherwise they would hold every thread of the port.
   */
  void toRecord(Message message) throws InvalidPayloadException {
    Instant now = clock.instant();
    Instant until = refusedUntil.get();
    if (until != null
        && (now.isBefore(until) || !refusedUntil.compareAndSet(until, now.plus(LONGEST_SEND)))) {
      throw new InboxUnavailableException("Kafka does not acknowledge");
    }
    Arrival arrival = message.getMandatoryBody(Arrival.class);
    message.setHeader(KEY, arrival.userId());
    message.setHeader(CORRELATION, arrival.correlation());
    message.setBody(arrival.body());
  }

  /** All in-sync replicas have the notification. */
  void acknowledged(@ExchangeProperty(LogContext.CORRELATION) String correlation) {
    refusedUntil.set(null);
    logStored(correlation);
  }

  /** The notification may not be in the topic. */
  void refuse(@ExchangeException Exception failure) {
    if (refusedUntil.getAndSet(clock.instant().plus(BETWEEN_PROBES)) == null) {
      log.warn("notifications cannot be stored in Kafka: {}", failure.getClass().getName());
    }
    throw new InboxUnavailableException("Kafka did not acknowledge");
  }

  /** Stores a batch of records in PostgreSQL, in one commit. */
  void storeAll(@Body List<Exchange> records) {
    inbox.storeAll(records.stream().map(record -> arrival(record.getMessage())).toList());
  }

  private static Arrival arrival(Message record) {
    byte[] body = Objects.requireNonNullElse(record.getBody(byte[].class), EMPTY);
    Instant received = Instant.ofEpochMilli(record.getHeader(TIMESTAMP, Long.class));
    Notification notification = Notification.parse(body, received);
    return new Arrival(
        received,
        notification.userId(),
        notification.appli(),
        body,
        notification.oddities(),
        record.getHeader(CORRELATION, String.class));
  }

  /** Commits the offset of the last record of each partition. */
  void commitOffsets(@Body List<Exchange> records) {
    Map<Integer, KafkaManualCommit> last = new HashMap<>();
    for (Exchange exchange : records) {
      Message message = exchange.getMessage();
      last.put(
          message.getHeader(PARTITION, Integer.class),
          message.getHeader(MANUAL_COMMIT, KafkaManualCommit.class));
    }
    last.values().forEach(KafkaManualCommit::commit);
  }
}
