package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.operations.AccountsQuery;
import org.vitalroutes.operations.Timeline;
import org.vitalroutes.store.Overview;

/** What happened for an account lately. */
@Component
final class ShowTimeline {

  private final Overview overview;

  ShowTimeline(Overview overview) {
    this.overview = overview;
  }

  @Handler
  Timeline show(@Header("id") String id, @Variable("caller") Caller caller) {
    return overview.timeline(AccountsQuery.id(id), caller.subject());
  }
}
