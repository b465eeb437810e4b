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
import org.vitalroutes.store.KnownDevices;

/** Notes that the account's devices could not be listed; they go by what their rows tell. */
@Component
final class NoteUnknownDevices {

  private static final Logger log = LoggerFactory.getLogger(NoteUnknownDevices.class);

  private final KnownDevices devices;
  private final Clock clock;

  NoteUnknownDevices(KnownDevices devices, Clock clock) {
    this.devices = devices;
    this.clock = clock;
  }

  @Handler
  void note(@Variable("account") AccountRef account, @ExchangeException Exception failure) {
    devices.stayUnknown(account.id());
    log.warn("the devices of {} stay unknown: {}", account, Failure.of(failure, clock).detail());
  }
}
