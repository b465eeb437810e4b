package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.sync.SyncRequest;

/** The account that a sync request is for. */
@Component
final class NameAccount {

  @Handler
  AccountRef name(SyncRequest request) {
    return request.account();
  }
}
