package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.KnownDevices;

/** Whether Withings is to be asked for the account's devices now. */
@Component
final class DevicesAreDue {

  private final KnownDevices devices;

  DevicesAreDue(KnownDevices devices) {
    this.devices = devices;
  }

  @Handler
  boolean areDue(@Variable("account") AccountRef account) {
    return devices.areDue(account.id());
  }
}
