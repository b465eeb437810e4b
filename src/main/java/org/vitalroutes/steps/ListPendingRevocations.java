package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.Accounts;

/** The disconnected accounts of which Withings could not be told yet. */
@Component
final class ListPendingRevocations {

  private final Accounts accounts;

  ListPendingRevocations(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  List<AccountRef> list() {
    return accounts.pendingRevocations();
  }
}
