package org.vitalroutes.fhir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.Resource;
import org.hl7.fhir.r5.model.SampledData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.testsupport.Golden;

class WireFormatTest {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final Path FOLDER = RESOURCES.resolve("org/vitalroutes/fhir");

  static List<Path> goldenBundles() {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".bundle.json"))
          .map(RESOURCES::relativize)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("goldenBundles")
  void every_golden_bundle_is_valid_in_r4_and_as_the_file_beside_it(Path file) {
    var bundle = new org.hl7.fhir.r4.model.Bundle();
    bundle.setType(org.hl7.fhir.r4.model.Bundle.BundleType.COLLECTION);
    for (Resource resource : resources(file)) {
      var r4 = (org.hl7.fhir.r4.model.Resource) WireFormat.inVersion(resource, FhirVersion.R4);
      assertThat(FhirValidation.errors(r4)).isEmpty();
      bundle.addEntry().setResource(r4);
    }
    Golden.assertSame(
        file.toString().replace(".bundle.json", ".r4.json"),
        FhirVersion.R4.context().newJsonParser().setPrettyPrint(true).encodeResourceToString(bundle)
            + "\n");
  }

  @Test
  void the_validator_of_r4_finds_what_was_not_converted() {
    assertThat(
            FhirValidation.errorsInR4(
                """
                {"resourceType": "Observation", "status": "final", "code": {"text": "Heart rate"},
                 "valueSampledData": {"origin": {"value": 0}, "dimensions": 1, "data": "61 62"}}
                """))
        .singleElement()
        .asString()
        .contains("SampledData.period");
    assertThat(FhirValidation.errorsInR4("{\"resourceType\": \"Device\", \"name\": []}"))
        .isNotEmpty();
  }

  @Test
  void r4b_is_r4_in_all_that_is_sent() {
    assertThat(all())
        .isNotEmpty()
        .allSatisfy(
            resource ->
                assertThat(WireFormat.json(resource, FhirVersion.R4B))
                    .isEqualTo(WireFormat.json(resource, FhirVersion.R4)));
  }

  @Test
  void all_that_is_sent_has_the_bytes_of_hapis_encoder() {
    for (FhirVersion version : FhirVersion.values()) {
      assertThat(all())
          .isNotEmpty()
          .allSatisfy(
              resource ->
                  assertThat(WireFormat.json(resource, version))
                      .isEqualTo(
                          version
                              .context()
                              .newJsonParser()
                              .encodeResourceToString(WireFormat.inVersion(resource, version))));
    }
  }

  @Test
  void what_has_neither_a_device_nor_a_series_is_the_same_in_both_versions() {
    assertThat(all())
        .filteredOn(resource -> !(resource instanceof Device) && series(resource).isEmpty())
        .hasSizeGreaterThan(60)
        .allSatisfy(
            resource ->
                assertThat(WireFormat.json(resource, FhirVersion.R4))
                    .isEqualTo(WireFormat.json(resource, FhirVersion.R5)));
  }

  @Test
  void a_device_keeps_its_name_and_its_type() {
    Device device = new Device();
    device.addName().setValue("ScanWatch").setDisplay(true);
    device.addType().setText("Activity Tracker");

    var r4 = (org.hl7.fhir.r4.model.Device) WireFormat.inVersion(device, FhirVersion.R4);

    assertThat(r4.getDeviceNameFirstRep().getName()).isEqualTo("ScanWatch");
    assertThat(r4.getType().getText()).isEqualTo("Activity Tracker");
  }

  @Test
  void an_interval_in_seconds_is_a_period_in_milliseconds() {
    Observation r4 =
        converted(new SampledData().setInterval(BigDecimal.valueOf(2)).setIntervalUnit("s"));

    assertThat(r4.getComponentFirstRep().getValueSampledData().getPeriod())
        .isEqualByComparingTo("2000");
  }

  @Test
  void a_sparse_series_is_several_components_with_one_code() {
    Observation r4 =
        converted(
            new SampledData().setIntervalUnit("s").setOffsets("0 1 80001").setData("60 61 70"));

    assertThat(r4.getComponent())
        .extracting(part -> part.getValueSampledData().getData())
        .containsExactly("60 61", "E 70");
    assertThat(r4.getComponent())
        .extracting(part -> part.getCode().getText())
        .containsOnly("Heart rate");
  }

  private static Observation converted(SampledData series) {
    var observation = new org.hl7.fhir.r5.model.Observation();
    observation.addComponent().setValue(series.setDimensions(1)).getCode().setText("Heart rate");
    return (Observation) WireFormat.inVersion(observation, FhirVersion.R4);
  }

  private static List<SampledData> series(Resource resource) {
    return FhirVersion.R5
        .context()
        .newTerser()
        .getAllPopulatedChildElementsOfType(resource, SampledData.class);
  }

  private static List<Resource> all() {
    List<Resource> all = new ArrayList<>();
    goldenBundles().forEach(file -> all.addAll(resources(file)));
    return all;
  }

  private static List<Resource> resources(Path file) {
    try {
      return FhirVersion.R5
          .context()
          .newJsonParser()
          .parseResource(Bundle.class, Files.readString(RESOURCES.resolve(file)))
          .getEntry()
          .stream()
          .map(BundleEntryComponent::getResource)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
