package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.accounts.Person;

/** The caller, as the person whose data it is about. */
@Component
final class NameSelf {

  @Handler
  Person name(@Variable("caller") Caller caller) {
    return Person.self(caller);
  }
}
