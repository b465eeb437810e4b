package org.vitalroutes.steps;

import java.util.Map;
import org.apache.camel.Handler;
import org.apache.camel.Headers;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.operations.DeadLetterQuery;
import org.vitalroutes.operations.DeadLetterView;
import org.vitalroutes.store.DeadLetters;

/** A page of the dead letters. */
@Component
final class ListDeadLetters {

  private final DeadLetters deadLetters;

  ListDeadLetters(DeadLetters deadLetters) {
    this.deadLetters = deadLetters;
  }

  @Handler
  DeadLetterView.Page list(
      @Headers Map<String, Object> parameters, @Variable("caller") Caller caller) {
    return deadLetters.list(DeadLetterQuery.of(parameters), caller.subject());
  }
}
