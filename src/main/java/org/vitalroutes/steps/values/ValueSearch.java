package org.vitalroutes.steps.values;

import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Bundle;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.fhir.deliver.PatientValues;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.operations.AccountsQuery;
import org.vitalroutes.store.Overview;

/** The last values of an account's Patient: the FHIR search, and its result as series to draw. */
@Component
final class ValueSearch {

  private final Overview overview;

  ValueSearch(Overview overview) {
    this.overview = overview;
  }

  String url(
      @Header("id") String id,
      @Header("code") @Nullable String code,
      @Header("before") @Nullable String before,
      @Variable("caller") Caller caller) {
    return PatientValues.search(
        overview.patientForValues(AccountsQuery.id(id), caller.subject()),
        code,
        AccountsQuery.before(before));
  }

  PatientValues series(@Body IBaseResource found, @Header("before") @Nullable String before) {
    Bundle bundle = WireFormat.inR5(found, Bundle.class);
    return PatientValues.of(bundle == null ? new Bundle() : bundle, AccountsQuery.before(before));
  }
}
