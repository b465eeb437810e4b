package org.vitalroutes.steps.operations;

import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Headers;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.operations.DeadLetterFilter;
import org.vitalroutes.operations.DeadLetterQuery;
import org.vitalroutes.operations.DeadLetterView;
import org.vitalroutes.operations.Reason;
import org.vitalroutes.operations.ReplayReceipt;
import org.vitalroutes.store.DeadLetters;

/** What an operator does with dead letters. */
@Component
final class DeadLetterOperations {

  private final DeadLetters deadLetters;

  DeadLetterOperations(DeadLetters deadLetters) {
    this.deadLetters = deadLetters;
  }

  DeadLetterView.Page list(
      @Headers Map<String, Object> parameters, @Variable("caller") Caller caller) {
    return deadLetters.list(DeadLetterQuery.of(parameters), caller.subject());
  }

  DeadLetterView replay(
      @Header("id") String id,
      @Header("note") @Nullable String note,
      @Variable("caller") Caller caller) {
    return deadLetters.replay(DeadLetterQuery.id(id), caller.subject(), DeadLetterQuery.note(note));
  }

  ReplayReceipt replayMatching(@Body @Nullable String body, @Variable("caller") Caller caller) {
    DeadLetterFilter.Replay wish = DeadLetterFilter.Replay.of(body);
    return deadLetters.replay(wish.filter(), caller.subject(), wish.note());
  }

  DeadLetterView discard(
      @Header("id") String id,
      @Header("reason") @Nullable String reason,
      @Body @Nullable String body,
      @Variable("caller") Caller caller) {
    return deadLetters.discard(
        DeadLetterQuery.id(id), caller.subject(), Reason.of(reason, body).text());
  }
}
