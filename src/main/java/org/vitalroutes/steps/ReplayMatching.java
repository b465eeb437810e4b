package org.vitalroutes.steps;

import org.apache.camel.Body;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.operations.ParkedFilter;
import org.vitalroutes.operations.ReplayReceipt;
import org.vitalroutes.store.Parked;

/** Makes sync requests of all that is parked and that a filter finds. */
@Component
final class ReplayMatching {

  private final Parked parked;

  ReplayMatching(Parked parked) {
    this.parked = parked;
  }

  @Handler
  ReplayReceipt replay(@Body @Nullable String body, @Variable("caller") Caller caller) {
    ParkedFilter.Replay wish = ParkedFilter.Replay.of(body);
    return parked.replay(wish.filter(), caller.subject(), wish.note());
  }
}
