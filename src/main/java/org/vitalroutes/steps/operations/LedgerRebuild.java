package org.vitalroutes.steps.operations;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r5.model.BaseDateTimeType;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Identifier;
import org.hl7.fhir.r5.model.Observation;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.operations.AccountsQuery;
import org.vitalroutes.operations.Rebuild;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.store.Redelivery;
import org.vitalroutes.sync.DataKind;

/** The ledger of an account, rebuilt from the FHIR server page by page. */
@Component
final class LedgerRebuild {

  private static final int PAGE = 500;

  /** Five million Observations: more than a person has. */
  private static final int MOST_PAGES = 10_000;

  private final Redelivery redelivery;
  private final Identifiers identifiers;

  LedgerRebuild(Redelivery redelivery, FhirSettings settings) {
    this.redelivery = redelivery;
    this.identifiers = new Identifiers(settings.namespace());
  }

  /**
   * The account whose ledger is rebuilt, what the pages before had, and the URL of the next one.
   *
   * @param dryRun whether it is only counted
   * @param kinds of what was found, by code
   */
  public record Progress(
      AccountRef account,
      boolean dryRun,
      int pages,
      long found,
      long added,
      Set<String> kinds,
      @Nullable String next) {

    public Progress {
      kinds = Set.copyOf(kinds);
    }
  }

  Progress begin(
      @Body @Nullable String body, @Header("id") String id, @Variable("caller") Caller caller) {
    Rebuild rebuild = Rebuild.of(body);
    AccountRef account = redelivery.beginRebuild(AccountsQuery.id(id), rebuild, caller.subject());
    return new Progress(account, rebuild.dryRun(), 0, 0, 0, Set.of(), search(account));
  }

  /** The search for our Observations of the Patient, without their values. */
  private String search(AccountRef account) {
    return "Observation?subject="
        + account.patientReference()
        + "&identifier="
        + URLEncoder.encode(identifiers.observationSystem() + "|", StandardCharsets.UTF_8)
        + "&_elements=identifier,status,effective,subject&_count="
        + PAGE;
  }

  /** Adds a page to the ledger. */
  Progress add(@Body IBaseBundle body, @Variable("progress") Progress progress) {
    Bundle page =
        Objects.requireNonNull(WireFormat.inR5(body, Bundle.class), "a bundle is a bundle");
    Map<DataKind, List<Delivered>> found = new EnumMap<>(DataKind.class);
    for (Bundle.BundleEntryComponent entry : page.getEntry()) {
      if (entry.getResource() instanceof Observation observation) {
        String key = key(observation);
        DataKind kind = Identifiers.kind(key, progress.account().externalUserId());
        Delivered delivered = delivered(key, observation);
        if (kind != null && delivered != null && isUnderOurId(delivered, progress.account())) {
          found.computeIfAbsent(kind, each -> new ArrayList<>()).add(delivered);
        }
      }
    }
    long count = progress.found();
    long added = progress.added();
    Set<String> kinds = new HashSet<>(progress.kinds());
    for (Map.Entry<DataKind, List<Delivered>> each : found.entrySet()) {
      count += each.getValue().size();
      kinds.add(each.getKey().code());
      added +=
          progress.dryRun()
              ? redelivery.unknown(progress.account().id(), each.getValue())
              : redelivery.add(progress.account().id(), each.getKey(), each.getValue());
    }
    Bundle.BundleLinkComponent next = page.getLink(Bundle.LINK_NEXT);
    if (next != null && progress.pages() + 1 >= MOST_PAGES) {
      throw new ApiException(502, "fhir_server_unavailable", "The FHIR server's pages do not end");
    }
    return new Progress(
        progress.account(),
        progress.dryRun(),
        progress.pages() + 1,
        count,
        added,
        kinds,
        next == null ? null : next.getUrl());
  }

  /** The ledger's ids become parts of URLs, so none is taken from an answer. */
  private boolean isUnderOurId(Delivered delivered, AccountRef account) {
    return account.patientId() != null
        && identifiers.id(account.patientId(), delivered.key()).equals(delivered.resourceId());
  }

  Rebuild.Receipt finish(@Variable("progress") Progress progress) {
    long requests =
        progress.dryRun()
            ? Stream.concat(
                    progress.kinds().stream(), redelivery.kinds(progress.account().id()).stream())
                .distinct()
                .count()
            : redelivery.finishRebuild(progress.account().id());
    return new Rebuild.Receipt(
        progress.account().id(), progress.found(), progress.added(), requests);
  }

  private String key(Observation observation) {
    return observation.getIdentifier().stream()
        .filter(each -> identifiers.observationSystem().equals(each.getSystem()))
        .map(Identifier::getValue)
        .findFirst()
        .orElse("");
  }

  private static @Nullable Delivered delivered(String key, Observation observation) {
    Instant from = null;
    Instant to = null;
    if (observation.getEffective() instanceof BaseDateTimeType moment && moment.hasValue()) {
      from = moment.getValue().toInstant();
      to = from;
    } else if (observation.hasEffectivePeriod() && observation.getEffectivePeriod().hasStart()) {
      from = observation.getEffectivePeriod().getStart().toInstant();
      to =
          observation.getEffectivePeriod().hasEnd()
              ? observation.getEffectivePeriod().getEnd().toInstant()
              : from;
    }
    return from == null || to == null
        ? null
        : new Delivered(
            key,
            "Observation",
            observation.getIdElement().getIdPart(),
            from,
            to,
            "",
            observation.getStatus() == ObservationStatus.ENTEREDINERROR,
            null,
            observation.hasStatus() ? observation.getStatus().toCode() : null);
  }
}
