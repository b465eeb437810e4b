package org.vitalroutes.steps;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.notification.ReceivedNotification;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.SyncTrigger;

/** What a notification triggers at, of the kinds that the router chose. */
@Component
final class MakeTriggers {

  private static final Logger log = LoggerFactory.getLogger(MakeTriggers.class);

  private final WebhookSignature signature;
  private final MeterRegistry meters;

  MakeTriggers(WebhookSignature signature, MeterRegistry meters) {
    this.signature = signature;
    this.meters = meters;
  }

  @Handler
  List<SyncTrigger> make(ReceivedNotification received, @Variable("kinds") String kinds) {
    UUID account = received.account();
    String userId = received.notification().userId();
    if (userId != null && account == null) {
      log.info(
          "a notification of user {} asks for nothing: nobody is connected",
          signature.markOf(userId));
    } else {
      log.debug("a notification asks for {}", kinds.isEmpty() ? "nothing" : kinds);
    }
    String outcome = account == null ? "unknown-user" : kinds.isEmpty() ? "ignored" : "requested";
    meters.counter("vitalroutes.notifications.dispatched", "outcome", outcome).increment();
    return account == null
        ? List.of()
        : Stream.of(kinds.split(","))
            .filter(kind -> !kind.isBlank())
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
}
