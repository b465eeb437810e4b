package org.vitalroutes.steps;

import java.util.Map;
import org.apache.camel.Handler;
import org.apache.camel.Headers;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.operations.AccountsQuery;
import org.vitalroutes.operations.OperatedAccount;
import org.vitalroutes.store.Overview;

/** A page of all accounts. */
@Component
final class ListAllAccounts {

  private final Overview overview;

  ListAllAccounts(Overview overview) {
    this.overview = overview;
  }

  @Handler
  OperatedAccount.Page list(
      @Headers Map<String, Object> parameters, @Variable("caller") Caller caller) {
    return overview.accounts(AccountsQuery.of(parameters), caller.subject());
  }
}
