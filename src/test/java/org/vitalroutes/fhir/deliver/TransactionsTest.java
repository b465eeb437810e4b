package org.vitalroutes.fhir.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Bundle.BundleType;
import org.hl7.fhir.r5.model.Bundle.HTTPVerb;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.fhir.ContentHash;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.ServerBase;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.testsupport.FhirValidation;

class TransactionsTest {

  private static final FhirContext FHIR = FhirContext.forR5Cached();
  private static final Instant MEASURED = Instant.parse("2024-03-02T10:15:30Z");
  private static final SyncRequest REQUEST =
      new SyncRequest(
          7,
          1,
          0,
          new AccountRef(new UUID(0, 1), "withings", "someone", "4711", "1"),
          DataKind.MEASURES,
          Priority.CATCH_UP,
          null,
          MEASURED,
          1,
          new UUID(0, 2),
          "the-correlation",
          Instant.EPOCH);

  private final Transactions transactions =
      new Transactions(new ServerBase("http://localhost/fhir"), 2);

  @Test
  void every_entry_is_put_under_its_own_id() {
    List<DeliveryPart> parts =
        transactions.forChanged(
            REQUEST, List.of(device("d"), observation("a")), Map.of(), FhirVersion.R5);

    assertThat(parts).hasSize(1);
    Bundle bundle = sent(parts.get(0));
    assertThat(bundle.getType()).isEqualTo(BundleType.TRANSACTION);
    assertThat(bundle.getEntry())
        .extracting(entry -> entry.getRequest().getMethod())
        .containsOnly(HTTPVerb.PUT);
    assertThat(bundle.getEntry())
        .extracting(entry -> entry.getRequest().getUrl())
        .containsExactly("Device/id-d", "Observation/id-a");
    assertThat(bundle.getEntry())
        .extracting(Bundle.BundleEntryComponent::getFullUrl)
        .containsExactly(
            "http://localhost/fhir/Device/id-d", "http://localhost/fhir/Observation/id-a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://fhir.example.org/r5", "https://fhir.example.org/r5/"})
  void a_transaction_is_valid_with_whatever_end_the_base_of_the_server_has(String base) {
    Bundle bundle =
        sent(
            new Transactions(new ServerBase(base), 2)
                .forChanged(
                    REQUEST, List.of(device("d"), observation("a")), Map.of(), FhirVersion.R5)
                .get(0));

    assertThat(FhirValidation.errors(bundle)).isEmpty();
    assertThat(bundle.getEntry())
        .extracting(Bundle.BundleEntryComponent::getFullUrl)
        .containsExactly(
            "https://fhir.example.org/r5/Device/id-d",
            "https://fhir.example.org/r5/Observation/id-a");
  }

  @Test
  void the_newest_is_sent_first_and_what_is_referred_to_before_all() {
    Produced old = new Produced("a", MEASURED.minusSeconds(60), observation("a").resource());

    assertThat(
            transactions
                .forChanged(
                    REQUEST, List.of(old, observation("b"), device("d")), Map.of(), FhirVersion.R5)
                .stream()
                .flatMap(part -> part.entries().stream())
                .map(Delivered::key))
        .containsExactly("d", "b", "a");
  }

  @Test
  void the_ledger_notes_what_was_sent() {
    Produced produced = observation("a");

    assertThat(
            transactions
                .forChanged(REQUEST, List.of(produced), Map.of(), FhirVersion.R5)
                .get(0)
                .entries())
        .containsExactly(
            new Delivered(
                "a",
                "Observation",
                "id-a",
                MEASURED,
                MEASURED,
                ContentHash.of(produced.resource()),
                false,
                null,
                "final"));
  }

  @ParameterizedTest
  @CsvSource({"0, ''", "1, 1", "2, 2", "3, '2 1'", "4, '2 2'", "5, '2 2 1'"})
  void long_lists_are_sent_in_parts_and_in_order(int count, String sizes) {
    List<Produced> produced =
        IntStream.range(0, count).mapToObj(i -> observation("k" + i)).toList();
    List<DeliveryPart> parts = transactions.forChanged(REQUEST, produced, Map.of(), FhirVersion.R5);

    assertThat(
            parts.stream()
                .map(part -> String.valueOf(sent(part).getEntry().size()))
                .collect(Collectors.joining(" ")))
        .isEqualTo(sizes);
    assertThat(parts.stream().flatMap(part -> part.entries().stream()).map(Delivered::key))
        .containsExactlyElementsOf(produced.stream().map(Produced::key).toList());
  }

  @Test
  void what_is_unchanged_is_not_sent() {
    Produced same = observation("same");
    Produced changed = observation("changed");
    Map<String, String> known =
        Map.of("same", ContentHash.of(same.resource()), "changed", "0".repeat(64));

    assertThat(transactions.forChanged(REQUEST, List.of(same), known, FhirVersion.R5)).isEmpty();
    assertThat(transactions.forChanged(REQUEST, List.of(same, changed), known, FhirVersion.R5))
        .flatExtracting(DeliveryPart::entries)
        .extracting(Delivered::key)
        .containsExactly("changed");
  }

  @Test
  void a_server_that_was_upgraded_is_sent_only_what_differs_in_its_version() {
    Produced scale = device("d");
    ((Device) scale.resource()).addName().setValue("Body+");
    List<Produced> produced = List.of(scale, observation("a"));
    Map<String, String> inR4 =
        transactions.forChanged(REQUEST, produced, Map.of(), FhirVersion.R4).stream()
            .flatMap(part -> part.entries().stream())
            .collect(Collectors.toMap(Delivered::key, Delivered::contentHash));

    assertThat(transactions.forChanged(REQUEST, produced, inR4, FhirVersion.R4B)).isEmpty();
    assertThat(transactions.forChanged(REQUEST, produced, inR4, FhirVersion.R5))
        .flatExtracting(DeliveryPart::entries)
        .extracting(Delivered::key)
        .containsExactly("d");
  }

  @Test
  void what_removed_is_sent_back_as_entered_in_error() {
    Observation current = (Observation) observation("gone").resource();
    Delivered known = new Delivered("gone", "Observation", "id-gone", MEASURED, "00", false);

    List<DeliveryPart> parts =
        transactions.forRemoved(REQUEST, List.of(current), Map.of("id-gone", known));

    assertThat(parts).hasSize(1);
    Observation withdrawn = (Observation) sent(parts.get(0)).getEntryFirstRep().getResource();
    assertThat(withdrawn.getStatus()).isEqualTo(ObservationStatus.ENTEREDINERROR);
    assertThat(current.getStatus()).isEqualTo(ObservationStatus.FINAL);
    assertThat(parts.get(0).entries())
        .containsExactly(
            new Delivered(
                "gone",
                "Observation",
                "id-gone",
                MEASURED,
                MEASURED,
                ContentHash.of(withdrawn),
                true,
                null,
                "entered-in-error"));
  }

  @Test
  void what_was_read_from_a_server_is_sent_back_to_one_of_the_same_version_only() {
    IBaseResource current = WireFormat.inVersion(observation("gone").resource(), FhirVersion.R4);
    Delivered known = new Delivered("gone", "Observation", "id-gone", MEASURED, "00", false);

    List<DeliveryPart> parts =
        transactions.forRemoved(REQUEST, List.of(current), Map.of("id-gone", known));

    assertThat(parts)
        .singleElement()
        .satisfies(part -> assertThat(part.version()).isEqualTo(FhirVersion.R4));
  }

  @Test
  void what_the_ledger_does_not_name_is_left_alone() {
    Observation stranger = (Observation) observation("stranger").resource();

    assertThat(transactions.forRemoved(REQUEST, List.of(stranger), Map.of())).isEmpty();
    assertThat(transactions.forRemoved(REQUEST, List.of(), Map.of())).isEmpty();
  }

  @Test
  void a_part_is_taken_when_every_entry_is() {
    DeliveryPart part = part();

    assertThatCode(() -> part.requireTaken(answer("201 Created", "200")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "200", "200;412 Precondition Failed", "200;200;200", "200;"})
  void a_part_of_which_something_was_not_taken_is_sent_again(String statuses) {
    DeliveryPart part = part();
    String answer = statuses.isEmpty() ? json(new Bundle()) : answer(statuses.split(";", -1));

    assertThatThrownBy(() -> part.requireTaken(answer))
        .isInstanceOf(UnclassifiedServerFailureException.class)
        .satisfies(failure -> assertThat(FhirFailure.refuses(failure)).isFalse());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>Welcome</html>", "[]", "null", "{\"entry\": \"two\"}"})
  void what_is_no_bundle_is_no_answer(String answer) {
    DeliveryPart part = part();

    assertThatThrownBy(() -> part.requireTaken(answer))
        .isInstanceOf(UnclassifiedServerFailureException.class)
        .satisfies(failure -> assertThat(FhirFailure.refuses(failure)).isFalse());
  }

  @Test
  void what_is_deleted_has_a_url_and_no_content() {
    Delivered known = new Delivered("gone", "Observation", "id-gone", MEASURED, "00", false);

    Bundle bundle = sent(transactions.forDeleted(REQUEST, List.of(known)).get(0));

    assertThat(FhirValidation.errors(bundle)).isEmpty();
    assertThat(bundle.getEntryFirstRep().hasResource()).isFalse();
    assertThat(bundle.getEntryFirstRep().getRequest().getMethod()).isEqualTo(HTTPVerb.DELETE);
    assertThat(bundle.getEntryFirstRep().getRequest().getUrl()).isEqualTo("Observation/id-gone");
  }

  @Test
  void a_resource_is_sent_as_it_was_hashed() {
    Produced produced = observation("a");

    assertThat(
            transactions
                .forChanged(REQUEST, List.of(produced), Map.of(), FhirVersion.R5)
                .get(0)
                .bundle())
        .contains("\"resource\":" + json(produced.resource()) + ",\"request\"");
  }

  @Test
  void a_part_is_not_printed() {
    assertThat(part()).hasToString("DeliveryPart[2 of 7]");
  }

  private DeliveryPart part() {
    return transactions
        .forChanged(REQUEST, List.of(observation("a"), observation("b")), Map.of(), FhirVersion.R5)
        .get(0);
  }

  private static Bundle sent(DeliveryPart part) {
    return FHIR.newJsonParser().parseResource(Bundle.class, part.bundle());
  }

  private static String json(Resource resource) {
    return FHIR.newJsonParser().encodeResourceToString(resource);
  }

  private static String answer(String... statuses) {
    Bundle answer = new Bundle();
    for (String status : statuses) {
      Bundle.BundleEntryComponent entry = answer.addEntry();
      if (!status.isEmpty()) {
        entry.getResponse().setStatus(status);
      }
    }
    return json(answer);
  }

  private static Produced observation(String key) {
    Observation observation = new Observation().setStatus(ObservationStatus.FINAL);
    observation.getCode().setText("a measure");
    observation.setId("id-" + key);
    return new Produced(key, MEASURED, observation);
  }

  private static Produced device(String key) {
    Device device = new Device();
    device.setId("id-" + key);
    return new Produced(key, MEASURED, device);
  }
}
