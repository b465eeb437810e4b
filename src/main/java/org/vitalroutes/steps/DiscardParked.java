package org.vitalroutes.steps;

import org.apache.camel.Body;
import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.operations.ParkedQuery;
import org.vitalroutes.operations.ParkedView;
import org.vitalroutes.operations.Reason;
import org.vitalroutes.store.Parked;

/** Gives up something parked, with a reason. */
@Component
final class DiscardParked {

  private final Parked parked;

  DiscardParked(Parked parked) {
    this.parked = parked;
  }

  @Handler
  ParkedView discard(
      @Header("id") String id,
      @Header("reason") @Nullable String reason,
      @Body @Nullable String body,
      @Variable("caller") Caller caller) {
    return parked.discard(ParkedQuery.id(id), caller.subject(), Reason.of(reason, body).text());
  }
}
