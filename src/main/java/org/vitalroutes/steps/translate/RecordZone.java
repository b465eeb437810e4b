package org.vitalroutes.steps.translate;

import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.AccountZones;
import org.vitalroutes.sync.VendorReply;

/** Records an account's time zone, to stand in for one that this JVM does not know. */
@Component
final class RecordZone {

  private final AccountZones zones;

  RecordZone(AccountZones zones) {
    this.zones = zones;
  }

  void record(VendorReply reply, @Nullable ZoneId seen) {
    if (seen != null && !seen.equals(reply.zone())) {
      zones.record(reply.fetch().request().account().id(), seen);
    }
  }
}
