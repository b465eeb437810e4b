package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.fhir.deliver.PatientValues;
import org.vitalroutes.operations.AccountsQuery;
import org.vitalroutes.store.Overview;

/** The search for the last values of an account's Patient. */
@Component
final class NameValues {

  private final Overview overview;

  NameValues(Overview overview) {
    this.overview = overview;
  }

  @Handler
  String name(
      @Header("id") String id,
      @Header("code") @Nullable String code,
      @Variable("caller") Caller caller) {
    return PatientValues.search(
        overview.patientForValues(AccountsQuery.id(id), caller.subject()), code);
  }
}
