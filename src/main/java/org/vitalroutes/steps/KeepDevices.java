package org.vitalroutes.steps;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.Body;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.KnownDevices;
import org.vitalroutes.withings.DeviceList;

/** Keeps what Withings lists as the account's devices. */
@Component
final class KeepDevices {

  private final KnownDevices devices;

  KeepDevices(KnownDevices devices) {
    this.devices = devices;
  }

  @Handler
  void keep(@Body JsonNode reply, @Variable("account") AccountRef account) {
    devices.keep(account.id(), DeviceList.of(reply));
  }
}
