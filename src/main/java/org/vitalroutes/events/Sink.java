package org.vitalroutes.events;

import java.util.Locale;

/** Where events are sent. */
public enum Sink {
  /** An HTTP endpoint, in the form of Standard Webhooks. */
  WEBHOOK,
  /** A Kafka topic. */
  KAFKA;

  /** Its name in tables, metrics and the API: {@code webhook}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The sink of that name. */
  public static Sink of(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}
