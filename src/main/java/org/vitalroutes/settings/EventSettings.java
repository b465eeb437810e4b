package org.vitalroutes.settings;

import java.util.EnumSet;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.vitalroutes.events.Sink;

/**
 * Where events are sent.
 *
 * @param webhookUrl an HTTP endpoint; empty for none
 * @param webhookSecret signs what is sent there
 * @param kafkaTopic a topic; empty for none
 */
@ConfigurationProperties("events")
public record EventSettings(String webhookUrl, String webhookSecret, String kafkaTopic) {

  /** The sinks that are set. */
  public Set<Sink> sinks() {
    Set<Sink> sinks = EnumSet.noneOf(Sink.class);
    if (!webhookUrl.isBlank()) {
      sinks.add(Sink.WEBHOOK);
    }
    if (!kafkaTopic.isBlank()) {
      sinks.add(Sink.KAFKA);
    }
    return sinks;
  }

  /** Without the URL and the secret. */
  @Override
  public String toString() {
    return "EventSettings" + sinks();
  }
}
