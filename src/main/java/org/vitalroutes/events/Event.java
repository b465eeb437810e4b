package org.vitalroutes.events;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * An event as it is sent. It holds ids and codes, no value.
 *
 * @param id its place in the order of its account
 * @param messageId the same at every try, so that a receiver recognises it
 * @param type such as {@code observations.changed}
 * @param occurredAt when it was recorded
 * @param data what it is about, as JSON
 */
public record Event(long id, String messageId, String type, Instant occurredAt, String data) {

  /** What is sent: {@code {"type": …, "timestamp": …, "data": …}}. */
  public String body() {
    return "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":%s}"
        .formatted(type, occurredAt.truncatedTo(ChronoUnit.MILLIS), data);
  }

  /** Without its data, which names a person. */
  @Override
  public String toString() {
    return "Event[" + messageId + "]";
  }
}
