package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Bundle.BundleType;
import org.hl7.fhir.r5.model.Bundle.HTTPVerb;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Patient;
import org.hl7.fhir.r5.model.Resource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vitalroutes.fhir.Goldens;
import org.vitalroutes.testsupport.HapiFhirServer;

/** On a real server, a search for a code finds the values of every device that measures it. */
class SearchByCodeIT {
  private static final String PATIENT = "example-patient";

  private static IGenericClient client;

  @BeforeAll
  static void everything_that_is_made_is_on_the_server() {
    FhirContext fhir = FhirContext.forR5();
    fhir.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
    fhir.getRestfulClientFactory().setSocketTimeout(120_000);
    client = fhir.newRestfulGenericClient(HapiFhirServer.shared().baseUrl().toString());
    Map<String, Resource> resources = new LinkedHashMap<>();
    Patient patient = new Patient();
    patient.setId(PATIENT);
    resources.put("Patient/" + PATIENT, patient);
    for (Resource resource : Goldens.resources()) {
      resources.put(resource.fhirType() + "/" + resource.getIdElement().getIdPart(), resource);
    }
    client.transaction().withBundle(puts(resources)).execute();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          29463-7 | Withings Body Scan, Withings Body+
          55423-8 | Withings ScanWatch
          85354-9 | Withings BPM Connect, Withings BPM Core
          8867-4  | Withings Aura Sensor V2, Withings BPM Connect, Withings BPM Core, Withings Body Scan, Withings ScanWatch, Withings ScanWatch 2
          59408-5 | Withings ScanWatch 2
          8310-5  | Withings Thermo
          93832-4 | Withings Aura Sensor V2
          """)
  void a_search_for_the_code_finds_the_devices_that_measure_it(String code, String devices) {
    assertThat(devices(search("code", "http://loinc.org|" + code)))
        .isEqualTo(new TreeSet<>(Arrays.asList(devices.split(", "))));
  }

  @ParameterizedTest
  @CsvSource({"workout-4711-5000000002, 59408-5", "sleep-4711-6000000001, 8867-4"})
  void the_observations_of_a_record_are_found_together(String record, String code) {
    Collection<Observation> found =
        search("identifier", "urn:vitalroutes:withings/NamingSystem/record|" + record);

    assertThat(found).hasSizeGreaterThan(1);
    assertThat(found)
        .anyMatch(
            each ->
                each.getCode().getCoding().stream()
                    .anyMatch(coding -> coding.getCode().equals(code)));
  }

  private static Collection<Observation> search(String parameter, String value) {
    Bundle found =
        client
            .search()
            .byUrl("Observation?patient=" + PATIENT + "&_count=200&" + parameter + "=" + value)
            .returnBundle(Bundle.class)
            .execute();
    return found.getEntry().stream().map(each -> (Observation) each.getResource()).toList();
  }

  private static Set<String> devices(Collection<Observation> observations) {
    Set<String> devices = new TreeSet<>();
    observations.stream()
        .filter(each -> each.getDevice().hasDisplay())
        .forEach(each -> devices.add(each.getDevice().getDisplay()));
    return devices;
  }

  private static Bundle puts(Map<String, Resource> resources) {
    Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
    resources.forEach(
        (url, resource) ->
            bundle
                .addEntry()
                .setResource(resource)
                .getRequest()
                .setMethod(HTTPVerb.PUT)
                .setUrl(url));
    return bundle;
  }
}
