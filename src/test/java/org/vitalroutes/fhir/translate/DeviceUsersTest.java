package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.DeviceAssociation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.sync.KnownDevice;
import org.vitalroutes.testsupport.FhirValidation;

class DeviceUsersTest {

  private static final Identifiers IDENTIFIERS = new Identifiers(Identifiers.DEFAULT_NAMESPACE);
  private static final DeviceUsers USERS = new DeviceUsers(IDENTIFIERS);
  private static final Devices DEVICES = new Devices(IDENTIFIERS);
  private static final String HASH = "a".repeat(40);
  private static final Instant USED = Instant.parse("2024-03-01T07:00:00Z");
  private static final String DEVICE = Identifiers.deviceKey("4711", HASH);
  private static final String WEARER = Identifiers.wearerKey("4711", HASH);
  private static final KnownDevice OWN = watch(true);
  private static final KnownDevice SHARED = watch(false);

  @Test
  void in_r5_a_watch_with_one_user_has_a_valid_association_behind_it() {
    List<Produced> marked = mark(List.of(device(OWN)), OWN, Set.of(), FhirVersion.R5);

    assertThat(marked).extracting(Produced::key).containsExactly(DEVICE, WEARER);
    DeviceAssociation association = (DeviceAssociation) marked.get(1).resource();
    FhirValidation.assertValid(association);
    assertThat(association.getSubject().getReference()).isEqualTo("Patient/example-patient");
    assertThat(association.getDevice().getReference()).isEqualTo("Device/" + marked.get(0).id());
    assertThat(status(association)).isEqualTo("attached");
    assertThat(marked.get(1).id()).isEqualTo(IDENTIFIERS.id("example-patient", WEARER));
  }

  @ParameterizedTest
  @EnumSource(names = {"R4", "R4B"})
  void before_r5_it_has_a_patient(FhirVersion version) {
    List<Produced> marked = mark(List.of(device(OWN)), OWN, Set.of(), version);

    assertThat(marked).hasSize(1);
    assertThat(inR4(marked.get(0)).getPatient().getReference())
        .isEqualTo("Patient/example-patient");
    assertThat(inR4(marked.get(0)).hasExtension()).isFalse();
    FhirValidation.assertValid(inR4(marked.get(0)));
  }

  @ParameterizedTest
  @EnumSource
  void of_a_watch_that_others_list_and_of_a_scale_nothing_is_said(FhirVersion version) {
    KnownDevice scale = new KnownDevice(HASH, 5, "Body+", "Scale", true);

    assertThat(mark(List.of(device(SHARED)), SHARED, Set.of(), version)).hasSize(1);
    assertThat(mark(List.of(device(scale)), scale, Set.of(DEVICE), version))
        .singleElement()
        .satisfies(each -> assertThat(inR4(each).hasPatient()).isFalse());
  }

  @Test
  void what_was_said_is_taken_back_when_others_list_it_or_withings_no_longer_does() {
    Produced other =
        new Produced("meas-4711-1-1", USED, new org.hl7.fhir.r5.model.Observation().setId("x"));

    Produced association =
        mark(List.of(other), SHARED, Set.of(DEVICE, WEARER), FhirVersion.R5).get(1);
    assertThat(association.key()).isEqualTo(WEARER);
    assertThat(status((DeviceAssociation) association.resource())).isEqualTo("unknown");
    FhirValidation.assertValid(association.resource());
    Produced device = mark(List.of(other), SHARED, Set.of(DEVICE), FhirVersion.R4).get(1);
    assertThat(device.key()).isEqualTo(DEVICE);
    assertThat(inR4(device).hasPatient()).isFalse();
    // Nothing was said.
    assertThat(mark(List.of(other), SHARED, Set.of(DEVICE), FhirVersion.R5)).containsExactly(other);
    assertThat(mark(List.of(other), SHARED, Set.of(), FhirVersion.R4)).containsExactly(other);
    assertThat(mark(List.of(other), OWN, Set.of(DEVICE, WEARER), FhirVersion.R5))
        .containsExactly(other);
  }

  @Test
  void a_device_that_only_a_row_describes_is_left_alone() {
    Produced row = Produced.unlessKnown(DEVICE, USED, device(OWN).resource());

    assertThat(mark(List.of(row), OWN, Set.of(), FhirVersion.R4)).containsExactly(row);
    assertThat(mark(List.of(row), OWN, Set.of(), FhirVersion.R5)).containsExactly(row);
  }

  @Test
  void only_keys_of_what_is_worn_are_asked_for() {
    assertThat(
            DeviceUsers.keys(
                    RowsOf.PATIENT, List.of(OWN, new KnownDevice("b", 5, "Body+", "Scale")))
                .collect(Collectors.toSet()))
        .isEqualTo(Stream.of(DEVICE, WEARER).collect(Collectors.toSet()));
  }

  private static KnownDevice watch(boolean oneUser) {
    return new KnownDevice(HASH, 93, "ScanWatch", "Activity Tracker", oneUser);
  }

  private static Produced device(KnownDevice known) {
    return new Produced(DEVICE, USED, DEVICES.device(RowsOf.PATIENT, known));
  }

  private static List<Produced> mark(
      List<Produced> produced, KnownDevice known, Set<String> delivered, FhirVersion version) {
    return USERS.mark(produced, RowsOf.PATIENT, List.of(known), delivered, version);
  }

  private static org.hl7.fhir.r4.model.Device inR4(Produced device) {
    return (org.hl7.fhir.r4.model.Device)
        WireFormat.inVersion((Device) device.resource(), FhirVersion.R4);
  }

  private static String status(DeviceAssociation association) {
    return association.getStatus().getCodingFirstRep().getCode();
  }
}
