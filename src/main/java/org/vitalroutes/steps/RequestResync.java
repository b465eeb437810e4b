package org.vitalroutes.steps;

import java.time.Clock;
import org.apache.camel.Body;
import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.operations.AccountsQuery;
import org.vitalroutes.operations.Resync;
import org.vitalroutes.store.Overview;

/** Queues what an operator wants to be fetched again. */
@Component
final class RequestResync {

  private final Overview overview;
  private final Clock clock;

  RequestResync(Overview overview, Clock clock) {
    this.overview = overview;
    this.clock = clock;
  }

  @Handler
  Resync.Receipt request(
      @Body @Nullable String body, @Header("id") String id, @Variable("caller") Caller caller) {
    Resync wish = Resync.of(body, clock.instant());
    return overview.resync(AccountsQuery.id(id), wish, caller.subject());
  }
}
