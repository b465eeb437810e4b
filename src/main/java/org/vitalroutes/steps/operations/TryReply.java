package org.vitalroutes.steps.operations;

import java.time.Clock;
import org.apache.camel.Body;
import org.apache.camel.Handler;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.translate.Mapping;
import org.vitalroutes.operations.DryRun;
import org.vitalroutes.settings.FhirSettings;

/** Translates a reply that an operator brings, with the translators of real work. */
@Component
final class TryReply {

  private final Mapping mapping;
  private final String version;
  private final Clock clock;

  TryReply(Mapping mapping, FhirSettings settings, Clock clock) {
    this.mapping = mapping;
    this.version = settings.version();
    this.clock = clock;
  }

  @Handler
  DryRun.Result translate(@Body @Nullable String body) {
    return DryRun.of(body, version).run(mapping, clock.instant());
  }
}
