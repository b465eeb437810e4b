package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.withings.MeasureCall;
import org.vitalroutes.withings.WithingsCall;

/** The {@code getmeas} call for a page. */
@Component
final class BuildMeasureCall {

  @Handler
  WithingsCall build(FetchRequest fetch) {
    return MeasureCall.of(fetch);
  }
}
