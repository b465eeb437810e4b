package org.vitalroutes.steps.fetch;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.failure.Failure;
import org.vitalroutes.store.KnownDevices;
import org.vitalroutes.withings.DeviceList;
import org.vitalroutes.withings.WithingsCall;

/** The list of an account's devices. */
@Component
final class AccountDevices {

  private static final Logger log = LoggerFactory.getLogger(AccountDevices.class);

  private final KnownDevices devices;
  private final Clock clock;

  AccountDevices(KnownDevices devices, Clock clock) {
    this.devices = devices;
    this.clock = clock;
  }

  /** Whether to request the list now. */
  boolean areDue(@Variable("account") AccountRef account) {
    return devices.areDue(account.id());
  }

  /** The call for the list. */
  WithingsCall call() {
    return DeviceList.call();
  }

  /** Stores the list. */
  void store(@Body JsonNode reply, @Variable("account") AccountRef account) {
    devices.store(account.id(), DeviceList.of(reply));
  }

  /** Marks the devices as unknown; their resources then describe only what the rows say. */
  void markUnknown(@Variable("account") AccountRef account, @ExchangeException Exception failure) {
    devices.recordUnknown(account.id());
    log.warn("the devices of {} stay unknown: {}", account, Failure.of(failure, clock).detail());
  }
}
