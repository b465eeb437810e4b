package org.vitalroutes.steps;

import java.util.Map;
import org.apache.camel.Handler;
import org.apache.camel.Headers;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.operations.ParkedQuery;
import org.vitalroutes.operations.ParkedView;
import org.vitalroutes.store.Parked;

/** A page of what is parked. */
@Component
final class ListParked {

  private final Parked parked;

  ListParked(Parked parked) {
    this.parked = parked;
  }

  @Handler
  ParkedView.Page list(@Headers Map<String, Object> parameters, @Variable("caller") Caller caller) {
    return parked.list(ParkedQuery.of(parameters), caller.subject());
  }
}
