package org.vitalroutes.steps;

import java.util.Map;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.KnownDevices;
import org.vitalroutes.sync.KnownDevice;

/** What is known of the account's devices. */
@Component
final class ListDevices {

  private final KnownDevices devices;

  ListDevices(KnownDevices devices) {
    this.devices = devices;
  }

  @Handler
  Map<String, KnownDevice> list(@Variable("account") AccountRef account) {
    return devices.of(account.id());
  }
}
