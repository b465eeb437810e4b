package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.Person;
import org.vitalroutes.store.Accounts;

/** The accounts of a person that are not disconnected. */
@Component
final class ListAccountsOfPerson {

  private final Accounts accounts;

  ListAccountsOfPerson(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  List<AccountRef> list(@Variable("person") Person person) {
    return accounts.openOf(person.subject());
  }
}
