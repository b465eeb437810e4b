package org.vitalroutes.steps;

import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.DisconnectReceipt;

/** What Withings was told to end a grant, as steps of the receipt. */
@Component
final class JoinSteps {

  @Handler
  List<DisconnectReceipt.Step> join(
      @Variable("unsubscribed") List<DisconnectReceipt.Step> unsubscribed,
      @Variable("revoked") DisconnectReceipt.Step revoked) {
    return Stream.concat(unsubscribed.stream(), Stream.of(revoked)).toList();
  }
}
