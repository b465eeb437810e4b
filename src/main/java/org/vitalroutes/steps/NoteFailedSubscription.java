package org.vitalroutes.steps;

import java.time.Clock;
import org.apache.camel.ExchangeException;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.failure.Failure;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.withings.SubscriptionChange;

/** Notes why a subscription failed; the connection stands all the same. */
@Component
final class NoteFailedSubscription {

  private static final Logger log = LoggerFactory.getLogger(NoteFailedSubscription.class);

  private final Accounts accounts;
  private final Clock clock;

  NoteFailedSubscription(Accounts accounts, Clock clock) {
    this.accounts = accounts;
    this.clock = clock;
  }

  @Handler
  void note(
      @Variable("change") SubscriptionChange change,
      @Variable("account") AccountRef account,
      @ExchangeException Exception failure) {
    String problem = Failure.of(failure, clock).detail();
    if (change.begins()) {
      accounts.subscribed(account.id(), change.appli(), problem);
    }
    log.warn("{} of {} failed: {}", change, account, problem);
  }
}
