package org.vitalroutes.steps;

import java.time.Clock;
import org.apache.camel.ExchangeException;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.failure.Failure;
import org.vitalroutes.store.Accounts;

/** Notes how a subscription went. */
@Component
final class NoteSubscription {

  private static final Logger log = LoggerFactory.getLogger(NoteSubscription.class);

  private final Accounts accounts;
  private final Clock clock;

  NoteSubscription(Accounts accounts, Clock clock) {
    this.accounts = accounts;
    this.clock = clock;
  }

  @Handler
  void note(
      Integer appli,
      @Variable("account") AccountRef account,
      @ExchangeException @Nullable Exception failure) {
    String problem = failure == null ? null : Failure.of(failure, clock).detail();
    accounts.subscribed(account.id(), appli, problem);
    if (problem != null) {
      log.warn("appli {} of {} is not subscribed: {}", appli, account, problem);
    }
  }
}
