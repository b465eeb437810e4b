package org.vitalroutes.steps;

import org.apache.camel.Body;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.operations.DeadLetterFilter;
import org.vitalroutes.operations.ReplayReceipt;
import org.vitalroutes.store.DeadLetters;

/** Makes sync requests of all that becomes a dead letter and that a filter finds. */
@Component
final class ReplayMatching {

  private final DeadLetters deadLetters;

  ReplayMatching(DeadLetters deadLetters) {
    this.deadLetters = deadLetters;
  }

  @Handler
  ReplayReceipt replay(@Body @Nullable String body, @Variable("caller") Caller caller) {
    DeadLetterFilter.Replay wish = DeadLetterFilter.Replay.of(body);
    return deadLetters.replay(wish.filter(), caller.subject(), wish.note());
  }
}
