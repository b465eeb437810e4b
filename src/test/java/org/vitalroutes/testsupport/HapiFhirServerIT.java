package org.vitalroutes.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Bundle.BundleType;
import org.hl7.fhir.r5.model.Bundle.HTTPVerb;
import org.hl7.fhir.r5.model.DateTimeType;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Patient;
import org.hl7.fhir.r5.model.Quantity;
import org.hl7.fhir.r5.model.Reference;
import org.hl7.fhir.r5.model.Resource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.ServerBase;
import org.vitalroutes.fhir.terminology.Terminology;

class HapiFhirServerIT {

  private static final FhirContext FHIR = FhirContext.forR5Cached();
  private static final String LOINC = "http://loinc.org";

  private final String patientId = "patient-" + UUID.randomUUID();

  @Test
  void transaction_of_puts_sent_twice_makes_no_new_version() {
    IGenericClient client = client(HapiFhirServer.shared());
    Bundle bundle = puts(patient(), weight("72.100"));

    client.transaction().withBundle(bundle).execute();
    Bundle second = client.transaction().withBundle(bundle).execute();

    assertThat(second.getEntry())
        .extracting(entry -> entry.getResponse().getEtag())
        .containsExactly("1", "1");
  }

  @Test
  void the_terminology_and_the_profiles_sent_twice_make_no_new_version() {
    IGenericClient client = client(HapiFhirServer.shared());
    Bundle bundle =
        new Terminology(new Identifiers(Identifiers.DEFAULT_NAMESPACE))
            .bundle(new ServerBase(client.getServerBase()));

    client.transaction().withBundle(bundle).execute();
    Bundle second = client.transaction().withBundle(bundle).execute();

    assertThat(bundle.getEntry())
        .extracting(entry -> entry.getResource().fhirType())
        .contains("CodeSystem", "ConceptMap", "StructureDefinition");
    assertThat(second.getEntry())
        .extracting(entry -> entry.getResponse().getEtag())
        .containsOnly("1");
  }

  @Test
  void changed_value_makes_a_second_version() {
    IGenericClient client = client(HapiFhirServer.shared());
    client.transaction().withBundle(puts(patient(), weight("72.1"))).execute();

    client.transaction().withBundle(puts(patient(), weight("72.2"))).execute();

    Bundle history =
        client
            .history()
            .onInstance("Observation/weight-of-" + patientId)
            .returnBundle(Bundle.class)
            .execute();
    assertThat(history.getEntry()).hasSize(2);
  }

  @Test
  void reference_to_an_unknown_patient_is_refused() {
    IGenericClient client = client(HapiFhirServer.shared());

    assertThatThrownBy(() -> client.transaction().withBundle(puts(weight("72.1"))).execute())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("HTTP 400")
        .hasMessageContaining("HAPI-1094");
  }

  @Test
  void conditional_create_finds_the_patient_the_second_time() {
    IGenericClient client = client(HapiFhirServer.shared());

    String first = createIfNone(client);
    String second = createIfNone(client);

    assertThat(second).isEqualTo(first);
  }

  @Test
  void search_finds_what_was_just_written() {
    IGenericClient client = client(HapiFhirServer.shared());
    String search =
        "Observation?patient=%s&code=%s%%7C29463-7&category=vital-signs&date=ge2026-01-01"
                .formatted(patientId, LOINC)
            + "&value-quantity=gt72%7Chttp://unitsofmeasure.org%7Ckg&_summary=count";
    client.transaction().withBundle(puts(patient())).execute();
    assertThat(total(client, search)).isZero();

    client.transaction().withBundle(puts(weight("72.1"))).execute();

    assertThat(total(client, search)).isEqualTo(1);
  }

  /** Starts a server of its own twice, so it does not run in every build. */
  @Test
  @Tag("faults")
  void data_outlives_a_killed_server_and_the_end_of_input_ends_it(@TempDir Path data)
      throws Exception {
    HapiFhirServer killed = HapiFhirServer.start(data, 0);
    client(killed).transaction().withBundle(puts(patient(), weight("72.1"))).execute();
    killed.process().destroyForcibly().waitFor();

    HapiFhirServer second = HapiFhirServer.start(data, 0);
    assertThat(total(client(second), "Observation?patient=" + patientId + "&_summary=count"))
        .isEqualTo(1);

    second.process().getOutputStream().close(); // what its parent's death does
    assertThat(second.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(second.process().exitValue()).isZero();
  }

  @Test
  void port_in_use_is_one_clear_line() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> HapiFhirServer.start(null, taken.getLocalPort()).close())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith(
              ":\nPort %d is in use; give the FHIR server another one."
                  .formatted(taken.getLocalPort()));
    }
  }

  private static IGenericClient client(HapiFhirServer server) {
    FHIR.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
    return FHIR.newRestfulGenericClient(server.baseUrl().toString());
  }

  private String createIfNone(IGenericClient client) {
    return client
        .create()
        .resource((Patient) patient().setId((String) null))
        .conditionalByUrl("Patient?identifier=urn:example:subject%7C" + patientId)
        .execute()
        .getId()
        .getIdPart();
  }

  private static int total(IGenericClient client, String search) {
    return client.search().byUrl(search).returnBundle(Bundle.class).execute().getTotal();
  }

  private static Bundle puts(Resource... resources) {
    Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
    for (Resource resource : resources) {
      String url = resource.fhirType() + "/" + resource.getIdPart();
      bundle.addEntry().setResource(resource).getRequest().setMethod(HTTPVerb.PUT).setUrl(url);
    }
    return bundle;
  }

  private Patient patient() {
    Patient patient = new Patient();
    patient.setId(patientId);
    patient.addIdentifier().setSystem("urn:example:subject").setValue(patientId);
    return patient;
  }

  private Observation weight(String kilograms) {
    Observation weight = new Observation();
    weight.setId("weight-of-" + patientId);
    weight.setStatus(ObservationStatus.FINAL);
    weight
        .addCategory()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/observation-category")
        .setCode("vital-signs");
    weight.getCode().addCoding().setSystem(LOINC).setCode("29463-7");
    weight.setSubject(new Reference("Patient/" + patientId));
    weight.setEffective(new DateTimeType("2026-01-02T07:30:00Z"));
    weight.setValue(
        new Quantity()
            .setValue(new BigDecimal(kilograms))
            .setUnit("kg")
            .setSystem("http://unitsofmeasure.org")
            .setCode("kg"));
    return weight;
  }
}
