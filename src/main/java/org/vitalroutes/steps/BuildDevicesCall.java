package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.withings.DeviceList;
import org.vitalroutes.withings.WithingsCall;

/** The call for a user's devices. */
@Component
final class BuildDevicesCall {

  @Handler
  WithingsCall build() {
    return DeviceList.call();
  }
}
