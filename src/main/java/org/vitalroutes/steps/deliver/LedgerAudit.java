package org.vitalroutes.steps.deliver;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.store.Redelivery;
import org.vitalroutes.sync.Destination;

/** Samples of the ledger, compared with the FHIR server: a server that lost data shows itself. */
@Component
final class LedgerAudit {

  private static final Logger log = LoggerFactory.getLogger(LedgerAudit.class);

  private final Redelivery redelivery;
  private final Breakers breakers;
  private final MeterRegistry meters;

  LedgerAudit(Redelivery redelivery, Breakers breakers, MeterRegistry meters) {
    this.redelivery = redelivery;
    this.breakers = breakers;
    this.meters = meters;
  }

  /** Ids of Observations that the FHIR server should have; none while it is down. */
  List<String> sample() {
    return breakers.of(Destination.FHIR).isClosed() ? redelivery.sample() : List.of();
  }

  /** The search for the sampled Observations, without their content. */
  FhirCall search(@Body List<String> sample) {
    return FhirCall.search(
        "Observation?_id=" + String.join(",", sample) + "&_elements=id&_count=" + sample.size());
  }

  /** Delivers again what was not found. */
  void compare(@Body List<String> sample, @Variable("outcome") IBaseResource found) {
    Bundle bundle = WireFormat.inR5(found, Bundle.class);
    if (bundle == null) {
      return;
    }
    List<String> missing = new ArrayList<>(sample);
    bundle.getEntry().forEach(entry -> missing.remove(entry.getResource().getIdPart()));
    meters.counter("vitalroutes.ledger.audited").increment(sample.size());
    if (!missing.isEmpty()) {
      int marked = redelivery.missing(missing);
      meters.counter("vitalroutes.ledger.missing").increment(marked);
      log.warn(
          "{} of {} sampled resources are not on the FHIR server and are delivered again: was it"
              + " restored from a backup?",
          marked,
          sample.size());
    }
  }
}
