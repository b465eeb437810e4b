package org.vitalroutes.steps.fetch;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.Breaker;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.store.Outages;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.Destination;

/**
 * Reports which destinations are down, and resumes the waiting work of a destination that is back.
 */
@Component
final class ReportOutages {

  private static final Logger log = LoggerFactory.getLogger(ReportOutages.class);

  private final Breakers breakers;
  private final Outages outages;
  private final SyncRequests requests;
  private final Set<Destination> reported = new HashSet<>();

  ReportOutages(Breakers breakers, Outages outages, SyncRequests requests) {
    this.breakers = breakers;
    this.outages = outages;
    this.requests = requests;
  }

  @Handler
  synchronized void report() {
    List<Breaker.View> open = breakers.open();
    for (Breaker.View each : open) {
      if (each.problem() != null && reported.add(each.destination())) {
        log.warn("{} is down, work waits: {}", each.destination().code(), each.problem());
      }
    }
    for (Breaker breaker : breakers.all()) {
      if (breaker.isClosed() && reported.remove(breaker.destination())) {
        log.info("{} is back, work goes on", breaker.destination().code());
      }
      resume(breaker);
    }
    outages.report(requests.worker(), open);
  }

  private void resume(Breaker breaker) {
    if (!breaker.consumeRecovery()) {
      return;
    }
    try {
      requests.resume(breaker.destination());
    } catch (RuntimeException e) {
      breaker.keepRecovery();
      throw e;
    }
  }
}
