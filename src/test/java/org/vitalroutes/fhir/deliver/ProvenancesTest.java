package org.vitalroutes.fhir.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.util.BundleUtil;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Provenance;
import org.hl7.fhir.r5.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.ServerBase;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.testsupport.FhirValidation;

class ProvenancesTest {

  private static final Instant MEASURED = Instant.parse("2024-03-02T10:15:30Z");
  private static final Instant REQUESTED = Instant.parse("2024-03-02T11:00:00.123Z");
  private static final SyncRequest REQUEST =
      new SyncRequest(
          7,
          1,
          0,
          new AccountRef(new UUID(0, 1), "withings", "someone", "4711", "p1"),
          DataKind.MEASURES,
          Priority.CATCH_UP,
          null,
          MEASURED,
          1,
          new UUID(0, 2),
          "the-correlation",
          REQUESTED);

  private final Transactions transactions = transactions();

  @Test
  void each_transaction_says_which_software_in_which_version_wrote_what_and_from_where() {
    List<DeliveryPart> parts =
        transactions.forChanged(
            REQUEST,
            List.of(observation("a"), observation("b"), observation("c")),
            Map.of(),
            FhirVersion.R5);

    assertThat(parts)
        .extracting(part -> provenance(part).getTarget())
        .extracting(targets -> targets.stream().map(Reference::getReference).toList())
        .containsExactly(
            List.of("Observation/id-a", "Observation/id-b"), List.of("Observation/id-c"));
    Provenance provenance = provenance(parts.get(0));
    Device software = (Device) provenance.getContained().get(0);
    assertThat(provenance.getAgentFirstRep().getWho().getReference())
        .isEqualTo("#" + software.getIdPart());
    assertThat(software.getNameFirstRep().getValue()).isEqualTo("Vitalroutes");
    assertThat(software.getVersionFirstRep().getValue()).isEqualTo("1.2.3");
    assertThat(provenance.getRecordedElement().getValueAsString())
        .isEqualTo("2024-03-02T11:00:00Z");
    assertThat(provenance.getPatient().getReference()).isEqualTo("Patient/p1");
    assertThat(provenance.getEntityFirstRep().getRole())
        .isEqualTo(Provenance.ProvenanceEntityRole.SOURCE);
    assertThat(provenance.getEntityFirstRep().getWhat().getIdentifier().getValue())
        .isEqualTo("withings");
  }

  @ParameterizedTest
  @EnumSource(FhirVersion.class)
  void a_provenance_is_valid_in_every_version(FhirVersion version) {
    DeliveryPart part =
        transactions.forChanged(REQUEST, List.of(observation("a")), Map.of(), version).get(0);
    Object bundle = version.context().newJsonParser().parseResource(part.bundle());
    String json =
        version
            .context()
            .newJsonParser()
            .encodeResourceToString(
                BundleUtil.toListOfResources(version.context(), (IBaseBundle) bundle).get(1));

    assertThat(version.isR5() ? FhirValidation.errors(json) : FhirValidation.errorsInR4(json))
        .isEmpty();
    assertThat(json).contains("Vitalroutes", "1.2.3", "#software", "Observation/id-a");
  }

  @Test
  void every_try_of_a_transaction_has_the_same_bytes() {
    List<Produced> produced = List.of(observation("a"), observation("b"));

    assertThat(
            transactions().forChanged(REQUEST, produced, Map.of(), FhirVersion.R4).get(0).bundle())
        .isEqualTo(
            transactions.forChanged(REQUEST, produced, Map.of(), FhirVersion.R4).get(0).bundle());
  }

  @Test
  void nothing_is_recorded_before_it_was_measured() {
    Observation later = new Observation().setStatus(ObservationStatus.FINAL);
    later.setId("id-later");
    Instant measured = REQUESTED.plusSeconds(60);

    assertThat(
            provenance(
                    transactions
                        .forChanged(
                            REQUEST,
                            List.of(new Produced("later", measured, later)),
                            Map.of(),
                            FhirVersion.R5)
                        .get(0))
                .getRecorded()
                .toInstant())
        .isEqualTo(measured);
  }

  @Test
  void the_same_content_has_the_same_provenance_and_other_content_another() {
    String first = id(transactions, observation("a"), observation("b"));

    assertThat(id(transactions(), observation("b"), observation("a"))).isEqualTo(first);
    Produced changed = observation("a");
    ((Observation) changed.resource()).setStatus(ObservationStatus.AMENDED);
    assertThat(id(transactions, changed, observation("b"))).isNotEqualTo(first);
  }

  @Test
  void the_ledger_notes_a_provenance_before_what_it_refers_to() {
    DeliveryPart part =
        transactions
            .forChanged(REQUEST, List.of(observation("act-4711-1")), Map.of(), FhirVersion.R5)
            .get(0);

    assertThat(part.noted())
        .last()
        .satisfies(
            entry -> {
              assertThat(entry.resourceType()).isEqualTo("Provenance");
              assertThat(entry.key()).startsWith("about-4711-").isLessThan("act-4711-1");
              assertThat(entry.resourceId())
                  .isEqualTo(new Identifiers(Identifiers.DEFAULT_NAMESPACE).id("p1", entry.key()));
            });
  }

  @Test
  void what_is_left_of_a_refused_transaction_has_its_own_provenance() {
    DeliveryPart part =
        transactions
            .forChanged(
                REQUEST, List.of(observation("a"), observation("b")), Map.of(), FhirVersion.R5)
            .get(0);

    assertThat(part.isSingle()).isFalse();
    assertThat(part.smaller(List.of("Bundle.entry[1].resource")))
        .allMatch(DeliveryPart::isSingle)
        .extracting(smaller -> provenance(smaller).getTargetFirstRep().getReference())
        .containsExactly("Observation/id-a", "Observation/id-b");
    assertThat(part.smaller(List.of("Bundle.entry[2].resource")))
        .extracting(smaller -> smaller.entries().get(0).key())
        .containsExactly("a", "b");
  }

  @Test
  void a_withdrawal_has_a_provenance_and_a_deletion_has_none() {
    Delivered known = new Delivered("gone", "Observation", "id-gone", MEASURED, "00", false);
    IBaseResource current = WireFormat.inVersion(observation("gone").resource(), FhirVersion.R4);

    assertThat(
            transactions
                .forRemoved(REQUEST, List.of(current), Map.of("id-gone", known))
                .get(0)
                .noted())
        .extracting(Delivered::resourceType)
        .containsExactly("Observation", "Provenance");
    assertThat(transactions.forDeleted(REQUEST, List.of(known)).get(0).noted()).hasSize(1);
  }

  private static Transactions transactions() {
    return new Transactions(
        new ServerBase("http://localhost/fhir"),
        2,
        new Provenances(new Identifiers(Identifiers.DEFAULT_NAMESPACE), "1.2.3"));
  }

  private static String id(Transactions transactions, Produced... produced) {
    return provenance(
            transactions.forChanged(REQUEST, List.of(produced), Map.of(), FhirVersion.R5).get(0))
        .getIdPart();
  }

  private static Provenance provenance(DeliveryPart part) {
    Bundle bundle =
        FhirContext.forR5Cached().newJsonParser().parseResource(Bundle.class, part.bundle());
    return (Provenance) bundle.getEntry().get(bundle.getEntry().size() - 1).getResource();
  }

  private static Produced observation(String key) {
    Observation observation = new Observation().setStatus(ObservationStatus.FINAL);
    observation.getCode().setText("a measure");
    observation.setId("id-" + key);
    return new Produced(key, MEASURED, observation);
  }
}
