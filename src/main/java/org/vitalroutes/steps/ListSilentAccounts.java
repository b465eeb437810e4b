package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.operations.SilentAccount;
import org.vitalroutes.store.Overview;

/** The accounts that are silent against their own habit. */
@Component
final class ListSilentAccounts {

  private final Overview overview;

  ListSilentAccounts(Overview overview) {
    this.overview = overview;
  }

  @Handler
  List<SilentAccount> list(@Variable("caller") Caller caller) {
    return overview.silent(caller.subject());
  }
}
