package org.vitalroutes.steps;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.accounts.ErasureReceipt;
import org.vitalroutes.accounts.Person;
import org.vitalroutes.store.PersonalData;

/** Erases all that is held of a person, whose connections have ended. */
@Component
final class ErasePersonalData {

  private final PersonalData data;
  private final Clock clock;

  ErasePersonalData(PersonalData data, Clock clock) {
    this.data = data;
    this.clock = clock;
  }

  @Handler
  ErasureReceipt erase(List<DisconnectReceipt> disconnected, @Variable("person") Person person) {
    Map<String, Long> erased = new TreeMap<>(data.erase(person));
    Long renamed = erased.remove("audit_event");
    return new ErasureReceipt(
        clock.instant(),
        disconnected,
        erased,
        renamed == null ? 0 : renamed,
        erased.getOrDefault("delivered", 0L));
  }
}
