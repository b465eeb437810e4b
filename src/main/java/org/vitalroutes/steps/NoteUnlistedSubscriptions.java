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

/** Notes that Withings did not say what is subscribed; what was subscribed may still be. */
@Component
final class NoteUnlistedSubscriptions {

  private static final Logger log = LoggerFactory.getLogger(NoteUnlistedSubscriptions.class);

  private final AccountSubscriptions subscriptions;
  private final WantedSubscriptions wanted;
  private final Clock clock;

  NoteUnlistedSubscriptions(
      AccountSubscriptions subscriptions, WantedSubscriptions wanted, Clock clock) {
    this.subscriptions = subscriptions;
    this.wanted = wanted;
    this.clock = clock;
  }

  @Handler
  void note(@Variable("account") AccountRef account, @ExchangeException Exception failure) {
    String problem = Failure.of(failure, clock).detail();
    subscriptions.recordFailure(account.id(), wanted.of(account), problem);
    log.warn("the subscriptions of {} are unknown: {}", account, problem);
  }
}
