package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.operations.ParkedQuery;
import org.vitalroutes.operations.ParkedView;
import org.vitalroutes.store.Parked;

/** Makes a sync request of something parked. */
@Component
final class ReplayParked {

  private final Parked parked;

  ReplayParked(Parked parked) {
    this.parked = parked;
  }

  @Handler
  ParkedView replay(
      @Header("id") String id,
      @Header("note") @Nullable String note,
      @Variable("caller") Caller caller) {
    return parked.replay(ParkedQuery.id(id), caller.subject(), ParkedQuery.note(note));
  }
}
