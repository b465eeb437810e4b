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
import org.vitalroutes.store.AccountSubscriptions;
import org.vitalroutes.withings.SubscriptionChange;

/** Notes why a subscription failed; the connection stands all the same. */
@Component
final class NoteFailedSubscription {

  private static final Logger log = LoggerFactory.getLogger(NoteFailedSubscription.class);

  private final AccountSubscriptions subscriptions;
  private final Clock clock;

  NoteFailedSubscription(AccountSubscriptions subscriptions, Clock clock) {
    this.subscriptions = subscriptions;
    this.clock = clock;
  }

  @Handler
  void note(
      @Variable("change") SubscriptionChange change,
      @Variable("account") AccountRef account,
      @ExchangeException Exception failure) {
    String problem = Failure.of(failure, clock).detail();
    if (change.begins()) {
      subscriptions.record(account.id(), change.appli(), problem);
    }
    log.warn("{} of {} failed: {}", change, account, problem);
  }
}
