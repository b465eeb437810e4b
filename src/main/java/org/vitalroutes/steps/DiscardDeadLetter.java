package org.vitalroutes.steps;

import org.apache.camel.Body;
import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.operations.DeadLetterQuery;
import org.vitalroutes.operations.DeadLetterView;
import org.vitalroutes.operations.Reason;
import org.vitalroutes.store.DeadLetters;

/** Gives up a dead letter, with a reason. */
@Component
final class DiscardDeadLetter {

  private final DeadLetters deadLetters;

  DiscardDeadLetter(DeadLetters deadLetters) {
    this.deadLetters = deadLetters;
  }

  @Handler
  DeadLetterView discard(
      @Header("id") String id,
      @Header("reason") @Nullable String reason,
      @Body @Nullable String body,
      @Variable("caller") Caller caller) {
    return deadLetters.discard(
        DeadLetterQuery.id(id), caller.subject(), Reason.of(reason, body).text());
  }
}
