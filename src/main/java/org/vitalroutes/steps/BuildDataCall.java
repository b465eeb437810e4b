package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.withings.DataCall;
import org.vitalroutes.withings.WithingsCall;

/** The call for a page, whatever kind of data it is of. */
@Component
final class BuildDataCall {

  @Handler
  WithingsCall build(FetchRequest fetch) {
    return DataCall.of(fetch);
  }
}
