package org.vitalroutes.steps;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.accounts.HeldData;
import org.vitalroutes.accounts.RawJson;
import org.vitalroutes.store.PersonalData;

/** Shows the caller all that is held of them. */
@Component
final class ExportPersonalData {

  private final PersonalData data;
  private final Clock clock;

  ExportPersonalData(PersonalData data, Clock clock) {
    this.data = data;
    this.clock = clock;
  }

  @Handler
  HeldData export(@Variable("caller") Caller caller) {
    Map<String, RawJson> held = new LinkedHashMap<>();
    data.of(caller.subject()).forEach((table, rows) -> held.put(table, rows.json()));
    return new HeldData(clock.instant(), held);
  }
}
