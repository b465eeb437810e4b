package org.vitalroutes.steps.publish;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.apache.camel.component.kafka.KafkaConstants;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.events.Event;
import org.vitalroutes.events.EventQueue;
import org.vitalroutes.events.NotTakenException;
import org.vitalroutes.events.Sink;
import org.vitalroutes.events.WebhookSecret;
import org.vitalroutes.settings.EventSettings;
import org.vitalroutes.store.Events;
import org.vitalroutes.sync.Backoff;
import org.vitalroutes.sync.RetryAfter;

/** Sends events from the outbox to the sinks, in the order of each account. */
@Component
final class Publishing {

  private static final Logger log = LoggerFactory.getLogger(Publishing.class);

  /** Accounts whose events this replica holds at once, for each sink: one for each worker. */
  private static final int MOST_CLAIMS = 16;

  private final Events events;
  private final EventSettings settings;
  private final @Nullable WebhookSecret secret;
  private final MeterRegistry meters;
  private final Clock clock;
  private final RandomGenerator random = RandomGenerator.getDefault();
  private final Map<Sink, AtomicInteger> claimed = new EnumMap<>(Sink.class);

  Publishing(Events events, EventSettings settings, MeterRegistry meters, Clock clock) {
    this.events = events;
    this.settings = settings;
    this.secret =
        settings.sinks().contains(Sink.WEBHOOK)
            ? new WebhookSecret(settings.webhookSecret())
            : null;
    this.meters = meters;
    this.clock = clock;
    settings.sinks().forEach(sink -> claimed.put(sink, new AtomicInteger()));
  }

  /** Accounts with events that are due, up to the limit of each sink. */
  List<EventQueue> claim() {
    List<EventQueue> queues = new ArrayList<>();
    claimed.forEach(
        (sink, count) -> {
          int free = MOST_CLAIMS - count.get();
          if (free > 0) {
            List<EventQueue> due = events.claim(sink, free);
            count.addAndGet(due.size());
            queues.addAll(due);
          }
        });
    return queues;
  }

  /** Whether there is an event to send, and the claim still holds. */
  boolean hasMore(@Variable("queue") EventQueue queue) {
    return !queue.events().isEmpty() && events.hold(queue);
  }

  /** Makes the next event the request of the webhook. */
  void sign(@Variable("queue") EventQueue queue, Message message) {
    Event event = queue.next();
    String body = event.body();
    long now = clock.instant().getEpochSecond();
    message.setHeader(Exchange.HTTP_URI, settings.webhookUrl());
    message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    message.setHeader("webhook-id", event.messageId());
    message.setHeader("webhook-timestamp", now);
    message.setHeader(
        "webhook-signature", Objects.requireNonNull(secret).sign(event.messageId(), now, body));
    message.setBody(body);
  }

  /** Makes the next event a record of the topic, with the account as its key. */
  void address(@Variable("queue") EventQueue queue, Message message) {
    message.setHeader(KafkaConstants.OVERRIDE_TOPIC, settings.kafkaTopic());
    message.setHeader(KafkaConstants.KEY, queue.account().toString());
    message.setHeader("webhook-id", queue.next().messageId());
    message.setBody(queue.next().body());
  }

  /** Requires that the webhook took the event. */
  void requireTaken(Message message) {
    Integer status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
    if (status == null || status / 100 != 2) {
      Duration wait = RetryAfter.parse(message.getHeader("Retry-After", String.class), clock);
      throw new NotTakenException("HTTP " + status, status != null && status == 410, wait);
    }
  }

  /** Records that the event was taken; what is left to send. */
  EventQueue taken(@Variable("queue") EventQueue queue, Message message) {
    Integer status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
    events.taken(queue, queue.next(), status == null ? "acknowledged" : "HTTP " + status);
    count(queue, "taken");
    return queue.rest();
  }

  /** Records that it was not; nothing more is sent with this claim. */
  EventQueue failed(
      @Variable("queue") EventQueue queue,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    if (failure instanceof NotTakenException answer && answer.isGone()) {
      events.gone(queue, "HTTP 410");
      count(queue, "gone");
      log.warn("the receiver of events is gone; none is sent until the next start");
    } else {
      // Messages of clients may hold the URL, which may hold a secret.
      String answer =
          failure instanceof NotTakenException
              ? String.valueOf(failure.getMessage())
              : failure.getClass().getSimpleName();
      Duration wait = Backoff.after(queue.tries() + 1, random);
      if (failure instanceof NotTakenException asked
          && asked.retryAfter() != null
          && asked.retryAfter().compareTo(wait) > 0) {
        wait = asked.retryAfter();
      }
      if (events.failed(queue, queue.next(), answer, wait)) {
        count(queue, "dead-letter");
        log.warn("{} was not taken for three days and waits: {}", queue.next(), answer);
      } else {
        count(queue, "failed");
      }
      log.debug("{} was not taken: {}", queue.next(), answer);
    }
    return queue.ended();
  }

  /** Ends a claim: what came meanwhile is sent with the next. */
  void release(@Variable("queue") EventQueue queue) {
    events.release(queue);
  }

  /** Frees the place of a claim that has ended. */
  void end(@Variable("queue") EventQueue queue) {
    Objects.requireNonNull(claimed.get(queue.sink())).decrementAndGet();
  }

  private void count(EventQueue queue, String outcome) {
    meters
        .counter("vitalroutes.events.sent", "sink", queue.sink().code(), "outcome", outcome)
        .increment();
  }
}
