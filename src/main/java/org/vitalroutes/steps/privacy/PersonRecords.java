package org.vitalroutes.steps.privacy;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.util.IOHelper;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.accounts.ErasureReceipt;
import org.vitalroutes.accounts.Person;
import org.vitalroutes.accounts.StreamedJson;
import org.vitalroutes.operations.AccountsQuery;
import org.vitalroutes.operations.DeadLetterQuery;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.PersonalData;

/** Everything that is held of a person: shows it, or erases it once their accounts are ended. */
@Component
final class PersonRecords {

  private final Accounts accounts;
  private final PersonalData data;
  private final Clock clock;

  PersonRecords(Accounts accounts, PersonalData data, Clock clock) {
    this.accounts = accounts;
    this.data = data;
    this.clock = clock;
  }

  /** The person of an account, and the operator's reason for the request. */
  Person person(
      @Header("id") String id,
      @Header("note") @Nullable String note,
      @Variable("caller") Caller caller) {
    return new Person(
        data.subjectOf(AccountsQuery.id(id)), caller.actor(), DeadLetterQuery.note(note));
  }

  /** Streams what is held; the database connection is released when the answer is written. */
  StreamedJson export(@Variable("person") Person person, Exchange exchange) {
    StreamedJson export = new StreamedJson(data.export(person, clock.instant()));
    exchange
        .getUnitOfWork()
        .addSynchronization(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange done) {
                IOHelper.close(export.stream());
              }
            });
    return export;
  }

  /** The person's accounts that are not disconnected. */
  List<AccountRef> accounts(@Variable("person") Person person) {
    return accounts.openOf(person.subject());
  }

  ErasureReceipt erase(
      @Body List<DisconnectReceipt> disconnected, @Variable("person") Person person) {
    Map<String, Long> erased = data.erase(person);
    Long renamed = erased.remove("audit_event");
    Long kept = erased.remove(PersonalData.KEPT);
    return new ErasureReceipt(
        clock.instant(),
        disconnected,
        erased,
        renamed == null ? 0 : renamed,
        kept == null ? 0 : kept);
  }

  /** What an erasure would disconnect and erase. */
  Erasable erasable(@Variable("person") Person person) {
    Map<String, Long> rows = data.erasable(person);
    rows.remove("audit_event");
    Long kept = rows.remove(PersonalData.KEPT);
    return new Erasable(accounts(person).size(), rows, kept == null ? 0 : kept);
  }

  /**
   * What an erasure would disconnect and erase.
   *
   * @param accounts accounts that are not disconnected yet
   * @param erased rows by table
   * @param keptOnFhirServer resources that the FHIR server has now
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Erasable(int accounts, Map<String, Long> erased, long keptOnFhirServer) {}
}
