package org.vitalroutes.fhir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vitalroutes.simulator.MovableClock;

class FhirServerTest {

  private final MovableClock clock = new MovableClock(Instant.EPOCH);

  @Test
  void nothing_is_sent_before_the_capability_statement_was_read() {
    FhirServer server = new FhirServer(null, clock);

    assertThat(server.version()).isEmpty();
    assertThat(server.isDue()).isTrue();
    assertThat(server.problem()).isEqualTo("its CapabilityStatement is not read yet");
  }

  @ParameterizedTest
  @CsvSource({"4.0.1, R4", "4.3.0, R4B", "5.0.0, R5", "5.0, R5"})
  void what_it_says_is_what_it_is_sent(String number, FhirVersion version) {
    FhirServer server = new FhirServer(null, clock);

    server.record(of(number));

    assertThat(server.version()).contains(version);
    assertThat(server.stated()).isEqualTo(version);
    assertThat(server.problem()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"3.0.2", "4.1.0", "6.0.0-ballot", "40.0", "''"})
  void another_version_is_refused_by_its_number(String number) {
    FhirServer server = new FhirServer(null, clock);

    server.record(of(number));

    assertThat(server.version()).isEmpty();
    assertThat(server.problem())
        .isEqualTo("it speaks FHIR " + number + ", which is none of 4.0, 4.3 and 5.0");
  }

  @Test
  void a_version_other_than_is_set_is_refused_and_still_read_in_its_own() {
    FhirServer server = new FhirServer(FhirVersion.R5, clock);

    server.record(of("4.0.1"));

    assertThat(server.version()).isEmpty();
    assertThat(server.problem()).isEqualTo("it speaks FHIR R4 (4.0.1), and FHIR_VERSION is R5");
    assertThat(server.stated()).isEqualTo(FhirVersion.R4);
  }

  @Test
  void an_upgrade_is_found_within_the_hour_and_at_once_after_a_failed_call() {
    FhirServer server = new FhirServer(null, clock);
    server.record(of("4.0.1"));

    clock.advance(FhirServer.EVERY.minusSeconds(1));
    assertThat(server.isDue()).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(server.isDue()).isTrue();
    server.record(of("5.0.0"));
    assertThat(server.version()).contains(FhirVersion.R5);
    assertThat(server.isDue()).isFalse();
    server.mayHaveChanged();
    assertThat(server.isDue()).isTrue();
  }

  @Test
  void a_server_that_cannot_be_read_is_tried_again_every_few_seconds() {
    FhirServer server = new FhirServer(null, clock);
    server.record(of("5.0.0"));

    server.recordFailure("not reached: ConnectException");

    assertThat(server.version()).isEmpty();
    assertThat(server.problem()).isEqualTo("not reached: ConnectException");
    server.mayHaveChanged();
    assertThat(server.isDue()).isFalse();
    clock.advance(FhirServer.AGAIN);
    assertThat(server.isDue()).isTrue();
  }

  @Test
  void a_server_that_refuses_our_ids_is_sent_nothing_for_a_while() {
    FhirServer server = new FhirServer(null, clock);
    server.record(of("5.0.0"));

    server.recordRefusedIds();

    assertThat(server.version()).isEmpty();
    assertThat(server.isWrong(of("5.0.0"))).isTrue();
    assertThat(server.problem()).contains("client_id_strategy");
    assertThat(server.isDue()).isFalse();
    clock.advance(FhirServer.AFTER_REFUSED_IDS);
    assertThat(server.isDue()).isTrue();
  }

  @Test
  void what_is_needed_and_not_offered_is_named() throws IOException {
    FhirServer server = new FhirServer(null, clock);

    server.record(
        Capabilities.of(
                statement(
                    """
                    {"type": "Observation", "updateCreate": false, "interaction": [{"code": "update"}]},
                    {"type": "Device", "updateCreate": true, "interaction": [{"code": "read"}]}
                    """,
                    ""))
            .orElseThrow());

    assertThat(server.version()).isEmpty();
    assertThat(server.problem())
        .isEqualTo(
            "it does not offer transaction, update of Device that creates, update of Observation"
                + " that creates");
  }

  @Test
  void a_server_with_all_that_is_needed_lacks_nothing() throws IOException {
    assertThat(
            Capabilities.of(
                statement(
                    """
                    {"type": "Observation", "updateCreate": true, "interaction": [{"code": "update"}]},
                    {"type": "Device", "interaction": [{"code": "update"}]}
                    """,
                    "{\"code\": \"transaction\"}")))
        .contains(new Capabilities("4.0.1", "HAPI FHIR Server 8.8.1", List.of()));
  }

  @Test
  void a_statement_that_says_nothing_of_interactions_is_no_refusal() throws IOException {
    JsonNode statement =
        new ObjectMapper()
            .readTree("{\"resourceType\": \"CapabilityStatement\", \"fhirVersion\": \"5.0.0\"}");

    assertThat(Capabilities.of(statement)).contains(new Capabilities("5.0.0", "", List.of()));
  }

  private static JsonNode statement(String resources, String interactions) throws IOException {
    return new ObjectMapper()
        .readTree(
            """
            {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1",
             "software": {"name": "HAPI FHIR Server", "version": "8.8.1"},
             "rest": [{"mode": "server", "resource": [%s], "interaction": [%s]}]}
            """
                .formatted(resources, interactions));
  }

  private static Capabilities of(String number) {
    return new Capabilities(number, "", List.of());
  }
}
