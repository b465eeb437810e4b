package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;

/** Ends the withdrawal of a data kind of a disconnected account. */
@Component
final class CompleteWithdrawal {

  private static final Logger log = LoggerFactory.getLogger(CompleteWithdrawal.class);

  private final SyncRequests requests;

  CompleteWithdrawal(SyncRequests requests) {
    this.requests = requests;
  }

  @Handler
  void complete(SyncRequest request) {
    requests.completeWithdrawal(request);
    log.info("{} of {} is withdrawn", request.kind().code(), request.account());
  }
}
