package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.accounts.Person;
import org.vitalroutes.operations.AccountsQuery;
import org.vitalroutes.operations.DeadLetterQuery;
import org.vitalroutes.store.PersonalData;

/** The person of an account that an operator names, and why they are asked about. */
@Component
final class FindPerson {

  private final PersonalData data;

  FindPerson(PersonalData data) {
    this.data = data;
  }

  @Handler
  Person find(
      @Header("id") String id,
      @Header("note") @Nullable String note,
      @Variable("caller") Caller caller) {
    return new Person(
        data.subjectOf(AccountsQuery.id(id)), caller.subject(), DeadLetterQuery.note(note));
  }
}
