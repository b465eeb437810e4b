package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.sync.SyncRequest;

/** What becomes of a disconnected account's data, as it was settled then: {@code mark}. */
@Component
final class NameOnDisconnect {

  private final Accounts accounts;

  NameOnDisconnect(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  String name(SyncRequest request) {
    return accounts.onDisconnect(request.account().id()).code();
  }
}
