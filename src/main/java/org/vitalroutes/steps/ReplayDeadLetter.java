package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.operations.DeadLetterQuery;
import org.vitalroutes.operations.DeadLetterView;
import org.vitalroutes.store.DeadLetters;

/** Makes a sync request of a dead letter. */
@Component
final class ReplayDeadLetter {

  private final DeadLetters deadLetters;

  ReplayDeadLetter(DeadLetters deadLetters) {
    this.deadLetters = deadLetters;
  }

  @Handler
  DeadLetterView replay(
      @Header("id") String id,
      @Header("note") @Nullable String note,
      @Variable("caller") Caller caller) {
    return deadLetters.replay(DeadLetterQuery.id(id), caller.subject(), DeadLetterQuery.note(note));
  }
}
