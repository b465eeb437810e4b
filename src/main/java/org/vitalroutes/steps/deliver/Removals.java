package org.vitalroutes.steps.deliver;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Variable;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Observation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.fhir.deliver.Transactions;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.store.Rechecks;
import org.vitalroutes.sync.DeliveredRow;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.RemovalProof;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;

/** Observations that the FHIR server has and Withings does not, or no longer should. */
@Component
final class Removals {

  private static final Logger log = LoggerFactory.getLogger(Removals.class);

  private final Ledger ledger;
  private final Rechecks rechecks;
  private final Transactions transactions;
  private final Identifiers identifiers;
  private final int mostEntries;
  private final Clock clock;

  Removals(
      Ledger ledger,
      Rechecks rechecks,
      Transactions transactions,
      FhirSettings settings,
      Clock clock) {
    this.ledger = ledger;
    this.rechecks = rechecks;
    this.transactions = transactions;
    this.identifiers = new Identifiers(settings.namespace());
    this.mostEntries = settings.bundleSize();
    this.clock = clock;
  }

  /**
   * What was delivered of the window and is proved to be removed at Withings, in parts of one
   * transaction each. What is not proved yet is read again later.
   */
  List<List<Delivered>> find(FetchRequest fetched) {
    SyncRequest request = fetched.request();
    Window window = request.window();
    if (window == null) {
      return List.of();
    }
    List<Delivered> delivered =
        ledger.valid(request, window).stream()
            .filter(entry -> isOfPatient(entry, request))
            .toList();
    Map<String, Instant> held = ledger.held(request, window);
    RemovalProof proof = RemovalProof.judge(fetched, rows(delivered, held), clock.instant());
    rechecks.add(request, proof.again());
    if (proof.mass() != null) {
      rechecks.deadLetter(request, proof.mass());
      log.warn("a mass of removals waits for an operator");
    }
    ledger.discardHeld(request, proof.removed());
    // Withings itself says of what is held that it may be another person's.
    return parts(
        delivered.stream()
            .filter(entry -> proof.removed().contains(entry.key()) || held.containsKey(entry.key()))
            .toList(),
        mostEntries);
  }

  /** An account may have been connected to another Patient before. */
  private boolean isOfPatient(Delivered entry, SyncRequest request) {
    String patient = request.account().patientId();
    return patient != null && identifiers.id(patient, entry.key()).equals(entry.resourceId());
  }

  private static List<DeliveredRow> rows(List<Delivered> delivered, Map<String, Instant> held) {
    List<DeliveredRow> rows = new ArrayList<>();
    delivered.forEach(entry -> rows.add(row(entry)));
    List<String> known = delivered.stream().map(Delivered::key).toList();
    held.forEach(
        (key, at) -> {
          if (!known.contains(key)) {
            rows.add(new DeliveredRow(key, Identifiers.rows(key, at), at, at));
          }
        });
    return rows;
  }

  static DeliveredRow row(Delivered entry) {
    return new DeliveredRow(
        entry.key(),
        Identifiers.rows(entry.key(), entry.effective()),
        entry.effective(),
        entry.until());
  }

  static List<List<Delivered>> parts(List<Delivered> removed, int mostEntries) {
    List<List<Delivered>> parts = new ArrayList<>();
    for (int start = 0; start < removed.size(); start += mostEntries) {
      parts.add(removed.subList(start, Math.min(start + mostEntries, removed.size())));
    }
    return parts;
  }

  /** The calls that read what the FHIR server has of them. */
  List<FhirCall> reads(@Variable("removed") List<Delivered> removed) {
    return removed.stream().map(entry -> FhirCall.read("Observation", entry.resourceId())).toList();
  }

  /**
   * The transactions that mark Observations as entered in error. Observations that the FHIR server
   * no longer has leave the ledger; those of another Patient stay as they are.
   */
  List<DeliveryPart> planWithdrawal(
      List<IBaseResource> current,
      @Variable("request") SyncRequest request,
      @Variable("removed") List<Delivered> removed) {
    Map<String, Delivered> byId =
        removed.stream().collect(Collectors.toMap(Delivered::resourceId, Function.identity()));
    List<IBaseResource> ours = current.stream().filter(each -> isOfPatient(each, request)).toList();
    if (ours.size() < current.size()) {
      log.warn("{} resources are of another Patient and stay", current.size() - ours.size());
    }
    List<DeliveryPart> parts = transactions.forRemoved(request, ours, byId);
    current.forEach(each -> byId.remove(each.getIdElement().getIdPart()));
    if (!byId.isEmpty()) {
      ledger.record(request, byId.values().stream().map(Delivered::gone).toList());
    }
    return parts;
  }

  static boolean isOfPatient(IBaseResource read, SyncRequest request) {
    Observation observation = WireFormat.inR5(read, Observation.class);
    return observation != null
        && request
            .account()
            .patientReference()
            .equals(
                observation
                    .getSubject()
                    .getReferenceElement()
                    .toUnqualifiedVersionless()
                    .getValue());
  }

  /** The transactions that delete Observations of the account's Patient. */
  List<DeliveryPart> planDeletion(
      @Variable("request") SyncRequest request, @Variable("removed") List<Delivered> removed) {
    return transactions.forDeleted(
        request, removed.stream().filter(entry -> isOfPatient(entry, request)).toList());
  }
}
