package org.vitalroutes.steps;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.HeldData;
import org.vitalroutes.accounts.Person;
import org.vitalroutes.accounts.RawJson;
import org.vitalroutes.store.PersonalData;

/** Shows all that is held of a person. */
@Component
final class ExportPersonalData {

  private final PersonalData data;
  private final Clock clock;

  ExportPersonalData(PersonalData data, Clock clock) {
    this.data = data;
    this.clock = clock;
  }

  @Handler
  HeldData export(@Variable("person") Person person) {
    Map<String, RawJson> held = new LinkedHashMap<>();
    data.of(person).forEach((table, rows) -> held.put(table, rows.json()));
    return new HeldData(clock.instant(), held);
  }
}
