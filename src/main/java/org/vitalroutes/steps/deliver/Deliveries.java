package org.vitalroutes.steps.deliver;

import static java.time.ZoneOffset.UTC;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Patient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.failure.Failure;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.fhir.deliver.DeliveryPlan;
import org.vitalroutes.fhir.deliver.FhirFailure;
import org.vitalroutes.fhir.deliver.FhirHeldException;
import org.vitalroutes.fhir.deliver.Transactions;
import org.vitalroutes.fhir.translate.BodyMassIndex;
import org.vitalroutes.fhir.translate.DeviceUsers;
import org.vitalroutes.fhir.translate.Naps;
import org.vitalroutes.fhir.translate.Subject;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.fhir.wire.FhirServer;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.store.KnownDevices;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.store.Rechecks;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.KnownDevice;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.RemovalProof;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;

/** The transactions that deliver a page, planned and recorded with the ledger. */
@Component
final class Deliveries {

  private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

  private static final Duration DAY = Duration.ofDays(1);

  private final Ledger ledger;
  private final Rechecks rechecks;
  private final Transactions transactions;
  private final FhirServer server;
  private final Naps naps;
  private final Identifiers identifiers;
  private final BodyMassIndex bodyMassIndex;
  private final boolean bodyMass;
  private final DeviceUsers deviceUsers;
  private final KnownDevices devices;
  private final boolean deviceUser;
  private final int mostEntries;
  private final MeterRegistry meters;
  private final Clock clock;

  Deliveries(
      Ledger ledger,
      Rechecks rechecks,
      KnownDevices devices,
      Transactions transactions,
      FhirServer server,
      FhirSettings settings,
      MeterRegistry meters,
      Clock clock) {
    this.server = server;
    this.identifiers = new Identifiers(settings.namespace());
    this.naps = new Naps(identifiers);
    this.bodyMassIndex = new BodyMassIndex(identifiers);
    this.bodyMass = settings.bmi();
    this.deviceUsers = new DeviceUsers(identifiers);
    this.devices = devices;
    this.deviceUser = settings.deviceUser();
    this.mostEntries = settings.bundleSize();
    this.ledger = ledger;
    this.rechecks = rechecks;
    this.transactions = transactions;
    this.meters = meters;
    this.clock = clock;
  }

  /**
   * The calls that read what the body mass indexes of a page need: the Patient, whose age decides
   * how long a height counts, and the last heights that were delivered before. The ledger knows
   * them, but no value.
   */
  List<FhirCall> readsForBodyMass(TranslatedPage page) {
    List<Instant> weights =
        page.translation().produced().stream()
            .filter(each -> bodyMass && Identifiers.isWeight(each.key()))
            .map(Produced::effective)
            .toList();
    if (weights.isEmpty()) {
      return List.of();
    }
    SyncRequest request = page.fetch().request();
    Window window =
        new Window(
            Collections.min(weights).atOffset(UTC).minus(BodyMassIndex.ADULT).toInstant(),
            Collections.max(weights));
    List<String> keys = page.translation().keys();
    List<Delivered> heights =
        ledger.heights(request, window).stream()
            .filter(height -> !keys.contains(height.key()))
            .toList();
    return Stream.concat(
            Stream.of(FhirCall.read("Patient", String.valueOf(request.account().patientId()))),
            BodyMassIndex.needed(weights, heights, Delivered::effective).stream()
                .map(height -> FhirCall.read("Observation", height.resourceId())))
        .toList();
  }

  /**
   * Compares a page with the ledger: new and changed resources become transactions. Resources that
   * may be another person's wait for an operator.
   *
   * @param read the Patient and the heights that body mass indexes need
   */
  DeliveryPlan plan(TranslatedPage page, @Variable("heights") List<IBaseResource> read) {
    SyncRequest request = page.fetch().request();
    UUID account = request.account().id();
    List<String> weighed =
        page.translation().keys().stream()
            .filter(Identifiers::isWeight)
            .map(Identifiers::bodyMassKey)
            .toList();
    Subject subject = Subject.of(request.account());
    Collection<KnownDevice> listed = deviceUser ? devices.of(account).values() : List.of();
    List<String> keys =
        Stream.of(
                page.translation().keys().stream(),
                weighed.stream(),
                DeviceUsers.keys(subject, listed))
            .flatMap(Function.identity())
            .toList();
    Set<String> withdrawn = ledger.withdrawn(account, keys);
    List<Produced> produced =
        page.translation().sendable(ledger.hold(request, page.translation().held()), withdrawn);
    List<Produced> indexes =
        bodyMassIndexes(request, produced, read).stream()
            .map(each -> withdrawn.contains(each.id()) ? each.returned() : each)
            .toList();
    Map<String, String> known = ledger.hashes(account, keys);
    FhirVersion version = server.version().orElseThrow(FhirHeldException::new);
    List<DeliveryPart> parts =
        transactions.forChanged(
            request,
            Stream.concat(
                    deviceUsers
                        .mark(withNaps(request, produced), subject, listed, known.keySet(), version)
                        .stream(),
                    indexes.stream())
                .toList(),
            known,
            version);
    readTakenBackAgain(page);
    return new DeliveryPlan(
        parts,
        baseless(request, weighed, indexes),
        page.fetch()
            .after(page.translation().rows(), !page.translation().isIncomplete(), page.nextOffset())
            .bringing(brings(request, parts)));
  }

  /** A poll also fetches days that have closed since, which is no news. */
  private boolean brings(SyncRequest request, List<DeliveryPart> parts) {
    if (request.kind() != DataKind.ACTIVITY || request.priority() != Priority.CATCH_UP) {
      return !parts.isEmpty();
    }
    Instant now = clock.instant();
    return parts.stream()
        .flatMap(part -> part.entries().stream())
        .anyMatch(entry -> entry.until().isAfter(now));
  }

  /** The body mass indexes of the weights that are sent. */
  private List<Produced> bodyMassIndexes(
      SyncRequest request, List<Produced> produced, List<IBaseResource> read) {
    if (!bodyMass) {
      return List.of();
    }
    LocalDate born = null;
    List<Observation> heights = new ArrayList<>();
    for (IBaseResource each : read) {
      Patient patient = WireFormat.inR5(each, Patient.class);
      if (patient != null) {
        born = BodyMassIndex.born(patient);
      } else if (Removals.isOfPatient(each, request)) {
        heights.add(Objects.requireNonNull(WireFormat.inR5(each, Observation.class)));
      }
    }
    return bodyMassIndex.of(produced, heights, born);
  }

  /** Body mass indexes that were delivered, and that a weight of the page has no longer. */
  private List<List<Delivered>> baseless(
      SyncRequest request, List<String> weighed, List<Produced> indexes) {
    List<String> keys = new ArrayList<>(weighed);
    keys.removeAll(indexes.stream().map(Produced::key).toList());
    return keys.isEmpty()
        ? List.of()
        : Removals.parts(ledger.validAmong(request, keys), mostEntries);
  }

  /** Whether a sleep is the main one of its day, the ledger may know better than a page. */
  private List<Produced> withNaps(SyncRequest request, List<Produced> produced) {
    return span(produced.stream().filter(each -> Identifiers.isNight(each.key())).toList())
        .map(
            span ->
                naps.mark(
                    produced, ledger.valid(request, span).stream().map(Removals::row).toList()))
        .orElse(produced);
  }

  /** From a day before the first to a day after the last. */
  private static Optional<Window> span(List<Produced> nights) {
    return nights.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Window(
                Collections.min(nights.stream().map(Produced::effective).toList()).minus(DAY),
                Collections.max(nights.stream().map(Produced::until).toList()).plus(DAY)));
  }

  /**
   * A poll tells nothing by what it leaves out, but Withings may mark a row of it as deleted. One
   * that comes before second reads adds none.
   */
  private void readTakenBackAgain(TranslatedPage page) {
    SyncRequest request = page.fetch().request();
    if (request.window() == null
        && request.priority() != Priority.RECHECK
        && !page.translation().takenBack().isEmpty()) {
      rechecks.add(
          request,
          RemovalProof.suspect(
              ledger.validOf(request, page.translation().takenBack()).stream()
                  .map(Removals::row)
                  .toList()));
    }
  }

  /** Records in the ledger that the transaction is about to be sent, and returns its call. */
  FhirCall recordSending(DeliveryPart part) {
    ledger.recordSending(part.request(), part.noted());
    return new FhirCall(
        "transaction/withBundle", Map.of("CamelFhir.stringBundle", part.bundle()), part.version());
  }

  /**
   * Records in the ledger that the FHIR server applied nothing, when the failure proves it, and
   * throws the failure again.
   */
  void recordRefusal(
      @Variable("part") DeliveryPart part,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure)
      throws Exception {
    if (failure instanceof FhirHeldException || FhirFailure.provesNothingApplied(failure)) {
      ledger.recordRefusal(part.request(), part.noted());
    }
    throw failure;
  }

  /** Records in the ledger what the FHIR server has taken. */
  void record(DeliveryPart part, @Variable("outcome") String outcome) {
    part.requireTaken(outcome);
    ledger.record(part.request(), part.noted());
    part.refusals().taken(part.entries().size());
    meters
        .counter("vitalroutes.resources.delivered", "kind", part.request().kind().code())
        .increment(part.entries().size());
    log.debug("{} resources are delivered", part.entries().size());
  }

  /** Throws the failure again unless the FHIR server refused an entry of the transaction. */
  void requireRefusedEntry(
      DeliveryPart part, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure)
      throws Exception {
    if (!part.refusedBy(failure)) {
      throw failure;
    }
  }

  /** Splits the transaction, to find the entry that is refused. */
  List<DeliveryPart> split(DeliveryPart part, @ExchangeException Exception failure) {
    return part.smaller(FhirFailure.places(failure));
  }

  /**
   * Makes a dead letter of a single refused resource; throws the failure again when the server
   * refuses so many that the resources cannot be the cause.
   */
  void deadLetter(DeliveryPart part, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure)
      throws Exception {
    if (part.refusals().refusedOneTooMany()) {
      throw failure;
    }
    String detail = Failure.of(failure, clock).detail();
    ledger.deadLetter(part.request(), part.entries().get(0), "fhir-refused", detail);
    meters.counter("vitalroutes.failures", "outcome", "dead-letter").increment();
    log.warn(
        "a resource of sync request {} becomes a dead letter: {}", part.request().id(), detail);
  }
}
