package org.vitalroutes.steps;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.apache.camel.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.FetchRequest;

/** Ends a sync request that was served, and measures how long its notification took. */
@Component
final class CompleteRequest {

  private static final Logger log = LoggerFactory.getLogger(CompleteRequest.class);

  private final SyncRequests requests;
  private final MeterRegistry meters;

  CompleteRequest(SyncRequests requests, MeterRegistry meters) {
    this.requests = requests;
    this.meters = meters;
  }

  @Handler
  void complete(FetchRequest fetched) {
    String kind = fetched.request().kind().code();
    requests
        .complete(fetched.request(), fetched.begun())
        .ifPresent(
            age ->
                Timer.builder("vitalroutes.time.to.fhir")
                    .description("from the notification to its data in the FHIR server")
                    .tag("kind", kind)
                    .serviceLevelObjectives(
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5),
                        Duration.ofHours(1))
                    .register(meters)
                    .record(age));
    log.debug("the request is served");
  }
}
