package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.vitalroutes.testsupport.MeasureReply.DATE;
import static org.vitalroutes.testsupport.MeasureReply.DEVICE;
import static org.vitalroutes.testsupport.MeasureReply.reply;
import static org.vitalroutes.testsupport.MeasureReply.tree;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Identifier;
import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.fhir.ContentHash;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.sync.KnownDevice;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.testsupport.MeasureReply;
import org.vitalroutes.withings.MeasurePage;

class MeasureTranslatorTest {
  private static final Subject PATIENT = new Subject("Patient/example-patient", "4711");
  private static final String NAMESPACE = "https://withings-fhir.example";
  private static final String PROFILES = "http://hl7.org/fhir/StructureDefinition/";

  private static final MeasureTable TABLE = MeasureTable.standard();

  private final MeasureTranslator translator =
      new MeasureTranslator(TABLE, new Identifiers(NAMESPACE));

  // What every Observation has

  @Test
  void weight_becomes_a_profiled_observation_after_its_device() {
    Translation translation = translate(5149666502L, group -> group.measure(1, 72350, -3));
    assertThat(translation.produced())
        .extracting(Produced::key)
        .containsExactly("device-4711-" + DEVICE, "meas-4711-5149666502-1");
    Observation weight = onlyObservation(translation);
    assertThat(weight.getIdPart()).isEqualTo("wth-6266b7701bae6c5c2e58d2847c468c0c26c38590");
    assertThat(weight.getMeta().getProfile())
        .extracting(profile -> profile.getValue())
        .containsExactly(PROFILES + "bodyweight");
    assertThat(weight.getIdentifierFirstRep().getSystem())
        .isEqualTo(NAMESPACE + "/NamingSystem/observation");
    assertThat(weight.getIdentifierFirstRep().getValue()).isEqualTo("meas-4711-5149666502-1");
    assertThat(weight.getStatus().toCode()).isEqualTo("final");
    assertThat(categoryOf(weight)).isEqualTo("vital-signs");
    assertThat(codes(weight.getCode())).containsExactly("29463-7");
    assertThat(weight.getSubject().getReference()).isEqualTo("Patient/example-patient");
    assertThat(weight.getPerformerFirstRep().getReference()).isEqualTo("Patient/example-patient");
    assertThat(effective(weight)).isEqualTo("2024-01-09T04:08:39+01:00");
    assertThat(weight.getIssuedElement().getValueAsString()).isEqualTo("2024-01-09T03:10:35Z");
    assertThat(weight.getValueQuantity().getValue().toString()).isEqualTo("72.350");
    assertThat(weight.getValueQuantity().getCode()).isEqualTo("kg");
    assertThat(weight.getDevice().getReference())
        .isEqualTo("Device/wth-3e9d80abc8e701fdce00ba5766cbac377d2ab054");
    assertThat(weight.getDevice().getDisplay()).isEqualTo("Withings Body Scan");
    assertThat(weight.hasMethod()).isFalse();
    assertThat(weight.hasBodySite()).isFalse();
    assertThat(translation.skipped()).isEmpty();
    assertThat(translation.isIncomplete()).isFalse();
  }

  @Test
  void a_produced_resource_has_its_time_of_measurement() {
    assertThat(translate(1, group -> group.measure(1, 70, 0)).produced())
        .extracting(Produced::effective)
        .containsOnly(Instant.ofEpochSecond(DATE));
  }

  @Test
  void a_measure_that_was_edited_at_withings_is_amended() {
    assertThat(
            observation(group -> group.measure(1, 70, 0).with("created", 100).with("modified", 101))
                .getStatus())
        .isEqualTo(ObservationStatus.AMENDED);
    assertThat(
            observation(group -> group.measure(1, 70, 0).with("created", 100).with("modified", 100))
                .getStatus())
        .isEqualTo(ObservationStatus.FINAL);
  }

  @Test
  void issued_is_when_withings_last_changed_it_as_well_as_is_known() {
    Observation modified = observation(group -> group.measure(1, 70, 0));
    Observation created = observation(group -> group.measure(1, 70, 0).withNull("modified"));
    Observation neither =
        observation(group -> group.measure(1, 70, 0).without("modified", "created"));
    assertThat(modified.getIssuedElement().getValueAsString()).isEqualTo("2024-01-09T03:10:35Z");
    assertThat(created.getIssuedElement().getValueAsString()).isEqualTo("2024-01-09T03:10:35Z");
    assertThat(neither.getIssuedElement().getValueAsString()).isEqualTo("2024-01-09T03:08:39Z");
  }

  @Test
  void without_a_zone_times_are_utc() {
    MeasureReply reply = reply().group(1, group -> group.measure(1, 70, 0));
    reply.body().remove("timezone");
    assertThat(effective(onlyObservation(translate(reply)))).isEqualTo("2024-01-09T03:08:39Z");
  }

  @Test
  void a_subject_is_a_literal_reference() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Subject("Patient?identifier=x|y", "4711"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Subject("123", "4711"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Subject("Patient/", "4711"));
  }

  // Values

  @ParameterizedTest
  @CsvSource({"1800, -3, 180.0", "180, -2, 180", "18, -1, 180", "2, 0, 200", "17555, -4, 175.55"})
  void height_is_sent_in_centimetres(long value, int unit, String centimetres) {
    Observation height = observation(group -> group.measure(4, value, unit));
    assertThat(height.getValueQuantity().getValue().toPlainString()).isEqualTo(centimetres);
    assertThat(height.getValueQuantity().getCode()).isEqualTo("cm");
  }

  @Test
  void a_positive_power_of_ten_is_written_out() {
    Observation weight = observation(group -> group.measure(1, 7, 1));
    assertThat(FhirValidation.encode(weight)).contains("\"value\":70,");
  }

  @Test
  void oxygen_saturation_carries_the_code_of_its_profile_first() {
    Observation saturation = observation(group -> group.measure(54, 97, 0));
    assertThat(codes(saturation.getCode())).containsExactly("2708-6", "59408-5");
  }

  @Test
  void body_composition_carries_loinc_then_the_local_code_and_no_profile() {
    Observation fat = observation(group -> group.measure(6, 21463, -3));
    assertThat(codes(fat.getCode())).containsExactly("41982-0", "6");
    assertThat(fat.getCode().getCoding().get(1).getSystem())
        .isEqualTo(NAMESPACE + "/CodeSystem/measure-type");
    assertThat(fat.getCode().getCoding().get(1).getDisplay()).isEqualTo("Fat Ratio");
    assertThat(categoryOf(fat)).isEqualTo("exam");
    assertThat(fat.hasMeta()).isFalse();
  }

  @Test
  void without_an_honest_loinc_code_the_local_code_stands_alone() {
    assertThat(codes(observation(group -> group.measure(155, 44, 0)).getCode()))
        .containsExactly("155");
  }

  @Test
  void a_coded_result_is_a_code_and_no_number() {
    Observation result = observation(group -> group.measure(139, 7, 0));
    Coding code = result.getValueCodeableConcept().getCodingFirstRep();
    assertThat(code.getSystem()).isEqualTo(NAMESPACE + "/CodeSystem/afib-ecg");
    assertThat(code.getCode()).isEqualTo("7");
    assertThat(code.getDisplay()).isEqualTo("High Heart Rate");
  }

  @Test
  void a_coded_result_may_be_written_with_a_power_of_ten() {
    assertThat(observation(group -> group.measure(130, 10, -1)).getValueCodeableConcept().getText())
        .isEqualTo("Positive");
  }

  // Blood pressure

  @Test
  void blood_pressure_is_one_observation_and_the_pulse_another() {
    Translation translation =
        translate(9, group -> group.measure(9, 78, 0).measure(10, 12100, -2).measure(11, 64, 0));
    assertThat(translation.produced())
        .extracting(Produced::key)
        .containsExactly("device-4711-" + DEVICE, "meas-4711-9-11", "meas-4711-9-bp");
    Observation pressure = (Observation) translation.produced().get(2).resource();
    assertThat(codes(pressure.getCode())).containsExactly("85354-9");
    assertThat(pressure.hasValue()).isFalse();
    assertThat(pressure.getComponent())
        .extracting(component -> codes(component.getCode()).get(0))
        .containsExactly("8480-6", "8462-4");
    assertThat(pressure.getComponent())
        .extracting(component -> component.getValueQuantity().getValue().toString())
        .containsExactly("121.00", "78");
  }

  @ParameterizedTest
  @CsvSource({"9, 0", "10, 1"})
  void a_missing_half_of_a_blood_pressure_is_said_to_be_missing(int type, int absent) {
    Observation pressure = observation(group -> group.measure(type, 100, 0));
    assertThat(pressure.getComponent()).hasSize(2);
    assertThat(pressure.getComponent().get(absent).hasValue()).isFalse();
    assertThat(codes(pressure.getComponent().get(absent).getDataAbsentReason()))
        .containsExactly("unknown");
    assertThat(pressure.getComponent().get(1 - absent).hasValue()).isTrue();
  }

  @Test
  void halves_of_a_blood_pressure_that_came_as_two_groups_are_one() {
    Translation translation =
        translate(
            reply()
                .group(9, group -> group.measure(9, 78, 0))
                .group(9, g -> g.measure(10, 121, 0)));
    assertThat(onlyObservation(translation).getComponent()).allMatch(part -> part.hasValue());
    assertThat(translation.skipped()).isEmpty();
  }

  @Test
  void two_versions_of_a_blood_pressure_are_not_mixed() {
    Translation translation =
        translate(
            reply()
                .group(9, group -> group.with("modified", DATE + 2).measure(10, 125, 0))
                .group(
                    9,
                    group ->
                        group.with("modified", DATE + 1).measure(9, 78, 0).measure(10, 121, 0)));
    Observation pressure = onlyObservation(translation);
    assertThat(pressure.getComponent().get(0).getValueQuantity().getValue()).isEqualTo("125");
    assertThat(pressure.getComponent().get(1).hasValue()).isFalse();
    assertThat(translation.skipped())
        .containsExactly(
            new Skipped(SkipReason.DUPLICATE, 9, 1), new Skipped(SkipReason.DUPLICATE, 10, 1));
  }

  @Test
  void blood_pressures_of_both_arms_are_two() {
    Translation translation =
        translate(
            9,
            group ->
                group
                    .measureAt(2, 9, 78, 0)
                    .measureAt(2, 10, 121, 0)
                    .measureAt(3, 9, 80, 0)
                    .measureAt(3, 10, 125, 0));
    assertThat(observations(translation))
        .extracting(o -> o.getIdentifierFirstRep().getValue())
        .containsExactly("meas-4711-9-bp-2", "meas-4711-9-bp-3");
    assertThat(translation.skipped()).isEmpty();
  }

  @Test
  void the_arm_of_a_blood_pressure_is_its_body_site() {
    Observation pressure = observation(group -> group.measureAt(3, 9, 78, 0).measure(10, 121, 0));
    assertThat(pressure.getIdentifierFirstRep().getValue()).isEqualTo("meas-4711-1-bp");
    assertThat(codes(pressure.getBodySite())).containsExactly("368208006", "3");
    assertThat(pressure.getBodySite().getText()).isEqualTo("Left arm");
    assertThat(pressure.getComponent()).allMatch(part -> part.hasValue());
  }

  // Position

  @Test
  void a_segment_is_named_by_its_position() {
    Observation arm = observation(group -> group.measureAt(3, 174, 107, -2));
    assertThat(arm.getIdentifierFirstRep().getValue()).isEqualTo("meas-4711-1-174-3");
    assertThat(arm.getCode().getText()).isEqualTo("Fat mass, left arm");
    assertThat(codes(arm.getBodySite())).containsExactly("80768000", "3");
    assertThat(arm.getBodySite().getCoding().get(1).getSystem())
        .isEqualTo(NAMESPACE + "/CodeSystem/position");
  }

  @Test
  void the_same_type_at_two_positions_is_two_observations() {
    Translation translation =
        translate(1, group -> group.measureAt(10, 173, 1350, -2).measureAt(12, 173, 4000, -2));
    assertThat(observations(translation)).hasSize(2);
    assertThat(translation.skipped()).isEmpty();
  }

  @Test
  void the_whole_body_is_no_body_site() {
    Observation fat = observation(group -> group.measureAt(7, 8, 1866, -2));
    assertThat(fat.getIdentifierFirstRep().getValue()).isEqualTo("meas-4711-1-8");
    assertThat(fat.hasBodySite()).isFalse();
  }

  @Test
  void a_position_without_a_snomed_code_has_the_local_one() {
    Observation foot = observation(group -> group.measureAt(5, 158, 80, 0));
    assertThat(codes(foot.getBodySite())).containsExactly("5");
    assertThat(foot.getBodySite().getText()).isEqualTo("Left foot");
  }

  @Test
  void an_unknown_position_keeps_its_number() {
    Observation weight = observation(group -> group.measureAt(28, 1, 70, 0));
    assertThat(codes(weight.getBodySite())).containsExactly("28");
    assertThat(weight.getBodySite().getCodingFirstRep().hasDisplay()).isFalse();
    assertThat(weight.getBodySite().getText()).isEqualTo("Withings position 28");
    assertThat(weight.getIdentifierFirstRep().getValue()).isEqualTo("meas-4711-1-1-28");
  }

  // Attribution and devices

  @ParameterizedTest
  @CsvSource({"2, Entered manually", "4, Entered manually during user creation"})
  void an_entry_by_hand_is_self_reported_and_has_no_device(int attrib, String display) {
    Translation translation = translate(1, g -> g.with("attrib", attrib).measure(1, 724, -1));
    assertThat(translation.produced()).hasSize(1);
    Observation weight = onlyObservation(translation);
    assertThat(weight.hasDevice()).isFalse();
    assertThat(codes(weight.getMethod())).containsExactly("1156040003", String.valueOf(attrib));
    Coding local = weight.getMethod().getCoding().get(1);
    assertThat(local.getSystem()).isEqualTo(NAMESPACE + "/CodeSystem/attrib");
    assertThat(local.getDisplay()).isEqualTo(display);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 7, 15})
  void a_device_that_measured_in_a_special_way_says_so(int attrib) {
    Observation weight = observation(g -> g.with("attrib", attrib).measure(1, 724, -1));
    assertThat(weight.hasDevice()).isTrue();
    assertThat(codes(weight.getMethod())).containsExactly(String.valueOf(attrib));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 3, 10, 17, 99})
  void an_ordinary_or_unknown_attribution_says_nothing(int attrib) {
    Observation weight = observation(g -> g.with("attrib", attrib).measure(1, 724, -1));
    assertThat(weight.hasDevice()).isTrue();
    assertThat(weight.hasMethod()).isFalse();
  }

  @Test
  void a_group_without_attribution_and_category_is_a_measure() {
    assertThat(translate(1, g -> g.without("attrib", "category").measure(1, 724, -1)).produced())
        .hasSize(2);
  }

  @Test
  void without_a_device_hash_there_is_no_device() {
    assertThat(
            translate(1, g -> g.withNull("hash_deviceid", "deviceid").measure(1, 724, -1))
                .produced())
        .extracting(Produced::key)
        .containsExactly("meas-4711-1-1");
  }

  @Test
  void a_device_comes_once_and_is_made_of_what_its_groups_say() {
    Translation translation =
        translate(
            reply()
                .group(1, group -> group.measure(1, 70, 0))
                .group(2, group -> group.with("date", DATE + 60).measure(1, 71, 0)));
    assertThat(translation.produced())
        .extracting(Produced::key)
        .containsExactly("device-4711-" + DEVICE, "meas-4711-1-1", "meas-4711-2-1");
    assertThat(translation.produced().get(0).effective())
        .isEqualTo(Instant.ofEpochSecond(DATE + 60));
    Device device = (Device) translation.produced().get(0).resource();
    assertThat(device.getIdPart()).isEqualTo("wth-3e9d80abc8e701fdce00ba5766cbac377d2ab054");
    assertThat(device.getIdentifierFirstRep().getValue()).isEqualTo(DEVICE);
    assertThat(device.getManufacturer()).isEqualTo("Withings");
    assertThat(device.getModelNumber()).isEqualTo("Body Scan");
    assertThat(device.getNameFirstRep().getValue()).isEqualTo("Body Scan");
    assertThat(codes(device.getTypeFirstRep())).containsExactly("528404");
  }

  @Test
  void a_device_is_named_by_the_group_that_knows_its_name() {
    Consumer<MeasureReply.Group> named = group -> group.measure(1, 70, 0);
    Consumer<MeasureReply.Group> nameless =
        group -> group.with("modified", DATE + 900).withNull("model", "modelid").measure(1, 70, 0);
    Device first = device(translate(reply().group(1, named).group(2, nameless)));
    Device second = device(translate(reply().group(2, nameless).group(1, named)));
    assertThat(first.getNameFirstRep().getValue()).isEqualTo("Body Scan");
    assertThat(ContentHash.of(first)).isEqualTo(ContentHash.of(second));
  }

  @ParameterizedTest
  @CsvSource({
    "7, 528399, Scale",
    "10, 528404, Scale",
    "45, 528391, Blood Pressure Monitor",
    "70, 528392, Smart Connected Thermometer",
    "93, 528425, Activity Tracker"
  })
  void a_known_model_has_the_type_of_its_kind(int model, String code, String text) {
    Device device = device(translate(1, group -> group.with("modelid", model).measure(1, 70, 0)));
    assertThat(codes(device.getTypeFirstRep())).containsExactly(code);
    assertThat(device.getTypeFirstRep().getText()).isEqualTo(text);
  }

  @Test
  void a_sleep_monitor_has_a_type_in_words_only() {
    Device device = device(translate(1, group -> group.with("modelid", 63).measure(11, 70, 0)));
    assertThat(device.getTypeFirstRep().getText()).isEqualTo("Sleep Monitor");
    assertThat(device.getTypeFirstRep().hasCoding()).isFalse();
  }

  @Test
  void a_model_that_is_not_known_has_no_type() {
    Device device = device(translate(1, group -> group.with("modelid", 97).measure(1, 70, 0)));
    assertThat(device.hasType()).isFalse();
    assertThat(device.getIdentifier())
        .extracting(Identifier::getValue)
        .containsExactly(DEVICE, "97");
  }

  @Test
  void a_device_that_withings_only_relays_is_not_made_by_withings() {
    Translation translation =
        tagging(1, g -> g.with("modelid", 1061).with("model", "iGlucose").measure(11, 70, 0));
    assertThat(device(translation).hasManufacturer()).isFalse();
    assertThat(onlyObservation(translation).getDevice().getDisplay()).isEqualTo("iGlucose");
  }

  /** Copies of other makers' data are wanted, and tagged. */
  private Translation tagging(long grpid, Consumer<MeasureReply.Group> group) {
    Translation translation =
        new MeasureTranslator(
                TABLE,
                new Identifiers(Identifiers.DEFAULT_NAMESPACE),
                AmbiguousOwner.SKIP,
                ForeignData.TAG)
            .translate(reply().group(grpid, group).page(), PATIENT, RowsOf.LATER, Map.of());
    translation.produced().forEach(produced -> FhirValidation.assertValid(produced.resource()));
    return translation;
  }

  @ParameterizedTest
  @CsvSource({"1057, Health Connect", "1051, HealthKit", "-1, GoogleFit tracker", "1055, ''"})
  void copies_of_other_makers_data_are_skipped_or_tagged(int modelId, String model) {
    Consumer<MeasureReply.Group> copy =
        group -> group.with("modelid", modelId).with("model", model).measure(1, 70, 0);

    assertSkipped(translate(1, copy), new Skipped(SkipReason.FOREIGN_ORIGIN, null, 1));
    assertThat(translate(1, copy).rows()).containsExactly("meas-4711-1");
    assertThat(onlyObservation(tagging(1, copy)).getMeta().getTagFirstRep().getCode())
        .isEqualTo("external");
  }

  @Test
  void a_group_of_another_brand_is_foreign_too() {
    assertSkipped(
        translate(1, group -> group.with("brand", 18).measure(1, 70, 0)),
        new Skipped(SkipReason.FOREIGN_ORIGIN, null, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 6, 8, 9, 10, 11, 54, 71, 73, 76, 77, 88, 91, 123})
  void zero_is_no_reading(int type) {
    assertSkipped(
        translate(1, group -> group.measure(type, 0, 0)),
        new Skipped(SkipReason.IMPLAUSIBLE, type, 1));
  }

  @ParameterizedTest
  @CsvSource({"1, 7200", "1, -70", "4, 17", "11, 1000", "54, 101", "71, 98", "9, 500", "91, 0"})
  void what_no_living_human_has_is_not_sent(int type, long value) {
    assertSkipped(
        translate(1, group -> group.measure(type, value, 0)),
        new Skipped(SkipReason.IMPLAUSIBLE, type, 1));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5, 1_199_000_000L, 1_900_000_000L, 1_704_769_719_000L})
  void a_date_at_which_nothing_was_measured_is_not_sent_and_its_row_is_there(long date) {
    Translation translation = translate(1, g -> g.with("date", date).measure(1, 70, 0));

    assertSkipped(translation, new Skipped(SkipReason.IMPLAUSIBLE, null, "date", 1));
    assertThat(translation.rows()).containsExactly("meas-4711-1");
    assertThat(translation.isIncomplete()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"70", "Thermo", "Withings Thermo", "BeamO"})
  void a_fever_is_found_by_the_number_or_the_name_of_the_thermometer_alone(String model) {
    Observation fever =
        onlyObservation(
            translate(
                1, group -> group.without("modelid").with("model", model).measure(12, 395, -1)));

    assertThat(codes(fever.getCode())).containsExactly("8310-5");
  }

  @Test
  void a_fever_is_found_by_the_accounts_list_of_devices() {
    Translation translation =
        translator.translate(
            reply()
                .group(1, g -> g.without("modelid").without("model").measure(12, 395, -1))
                .page(),
            PATIENT,
            RowsOf.LATER,
            Map.of(DEVICE, new KnownDevice(DEVICE, 70, "Thermo", "Smart Connected Thermometer")));

    assertThat(codes(onlyObservation(translation).getCode())).containsExactly("8310-5");
  }

  @Test
  void an_older_group_that_names_its_device_by_deviceid_and_number_has_a_device() {
    Translation translation =
        translate(
            1,
            group ->
                group
                    .without("modelid")
                    .without("hash_deviceid")
                    .with("deviceid", DEVICE)
                    .with("model", 10)
                    .measure(1, 70, 0));

    assertThat(device(translation).getIdentifier())
        .extracting(Identifier::getValue)
        .containsExactly(DEVICE, "10");
    assertThat(onlyObservation(translation).hasDevice()).isTrue();
  }

  @Test
  void the_same_group_of_another_user_or_patient_is_another_resource() {
    MeasurePage page = reply().group(7, group -> group.measure(1, 70, 0)).page();

    List<String> ids =
        Stream.of(
                new Subject("Patient/a", "1"),
                new Subject("Patient/b", "1"),
                new Subject("Patient/a", "2"))
            .map(subject -> translator.translate(page, subject, RowsOf.LATER, Map.of()))
            .flatMap(translation -> translation.produced().stream())
            .map(produced -> produced.resource().getIdPart())
            .toList();

    assertThat(ids).hasSize(6).doesNotHaveDuplicates();
  }

  // What is skipped

  @Test
  void a_goal_is_not_a_measure() {
    assertSkipped(
        translate(1, group -> group.with("category", 2).measure(1, 65, 0).measure(6, 20, 0)),
        new Skipped(SkipReason.OBJECTIVE, null, 1));
  }

  @Test
  void an_unknown_category_is_not_taken_for_a_measure() {
    assertSkipped(
        translate(1, group -> group.with("category", 3).measure(1, 65, 0)),
        new Skipped(SkipReason.UNKNOWN_CATEGORY, null, 1));
  }

  @Test
  void what_may_be_of_another_person_is_held_when_an_operator_is_to_judge() {
    Translation translation =
        new MeasureTranslator(
                TABLE,
                new Identifiers(Identifiers.DEFAULT_NAMESPACE),
                AmbiguousOwner.HOLD,
                ForeignData.SKIP)
            .translate(
                reply()
                    .group(1, group -> group.with("attrib", 1).measure(1, 65, 0))
                    .group(2, group -> group.with("attrib", 0).measure(1, 66, 0))
                    .page(),
                PATIENT,
                RowsOf.LATER,
                Map.of());

    assertThat(translation.held()).extracting(Produced::key).containsExactly("meas-4711-1-1");
    assertThat(translation.keys()).contains("meas-4711-1-1", "meas-4711-2-1");
    assertThat(translation.sendable(Set.of(), Set.of()))
        .extracting(Produced::key)
        .contains("meas-4711-2-1")
        .doesNotContain("meas-4711-1-1");
    assertThat(translation.sendable(Set.of("meas-4711-1-1"), Set.of()))
        .filteredOn(each -> each.key().equals("meas-4711-1-1"))
        .extracting(each -> (Observation) each.resource())
        .singleElement()
        .satisfies(
            weight -> {
              assertThat(weight.getStatus()).isEqualTo(ObservationStatus.FINAL);
              assertThat(weight.getMethod().getText()).endsWith("confirmed to be this person's");
              assertThat(codes(weight.getMethod())).containsExactly("1");
            });
  }

  @Test
  void what_may_be_of_another_person_is_not_filed() {
    assertSkipped(
        translate(
            reply()
                .group(1, group -> group.with("attrib", 1).measure(1, 65, 0))
                .group(2, group -> group.with("attrib", 1).measure(1, 65, 0))),
        new Skipped(SkipReason.AMBIGUOUS_OWNER, null, 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {35, 119, 147, 999, -1, 0})
  void an_unknown_type_is_counted(int type) {
    assertSkipped(
        translate(1, group -> group.measure(type, 65, 0).measure(type, 66, 0)),
        new Skipped(SkipReason.UNKNOWN_TYPE, type, 2));
  }

  @Test
  void a_temperature_of_a_scale_is_the_room_temperature() {
    assertSkipped(
        translate(1, group -> group.with("modelid", 4).measure(12, 215, -1)),
        new Skipped(SkipReason.ROOM_TEMPERATURE, 12, 1));
    assertSkipped(
        translate(1, group -> group.withNull("modelid").measure(12, 215, -1)),
        new Skipped(SkipReason.ROOM_TEMPERATURE, 12, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {70, 71})
  void a_temperature_of_a_thermometer_is_a_body_temperature(int model) {
    Observation temperature =
        observation(group -> group.with("modelid", model).measure(12, 368, -1));
    assertThat(codes(temperature.getCode())).containsExactly("8310-5");
    assertThat(temperature.getMeta().getProfile().get(0).getValue())
        .isEqualTo(PROFILES + "bodytemp");
    assertThat(temperature.getIdentifierFirstRep().getValue()).isEqualTo("meas-4711-1-12");
  }

  @Test
  void a_temperature_beside_a_body_temperature_is_only_a_temperature() {
    Translation translation =
        translate(1, g -> g.with("modelid", 70).measure(12, 370, -1).measure(71, 368, -1));
    assertThat(observations(translation))
        .extracting(o -> codes(o.getCode()).get(0))
        .containsExactly("12", "8310-5");
  }

  @ParameterizedTest
  @CsvSource({"139, 14, 0", "130, 15, -1", "130, -1, 0", "139, 9999999999, 0"})
  void a_result_that_is_none_of_the_answers_is_skipped(int type, long value, int unit) {
    assertSkipped(
        translate(1, group -> group.measure(type, value, unit)),
        new Skipped(SkipReason.UNKNOWN_VALUE, type, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {135, 136, 137, 138})
  void an_interval_in_seconds_is_not_sent_as_milliseconds(int type) {
    assertThat(observation(group -> group.measure(type, 92, 0)).getValueQuantity().getCode())
        .isEqualTo("ms");
    assertSkipped(
        translate(1, group -> group.measure(type, 92, -3)),
        new Skipped(SkipReason.IMPLAUSIBLE, type, 1));
  }

  @Test
  void what_cannot_be_read_is_counted_and_its_neighbours_are_sent() {
    MeasureReply reply =
        reply()
            .group(1, g -> g.measure(1, 70, 0).rawMeasure("{\"type\": 6, \"value\": 20}"))
            .group(2, g -> g.withNull("date").measure(1, 70, 0));
    Translation translation = translate(reply);
    assertThat(observations(translation)).hasSize(1);
    assertThat(translation.skipped())
        .containsExactly(
            new Skipped(SkipReason.MALFORMED, null, 1), new Skipped(SkipReason.MALFORMED, 6, 1));
    assertThat(translation.isIncomplete()).isTrue();
  }

  @Test
  void a_measure_that_comes_twice_in_a_group_is_sent_once() {
    Translation translation =
        translate(1, g -> g.measureAt(7, 5, 7718, -2).measureAt(7, 5, 7718, -2).measure(1, 9, 1));
    assertThat(observations(translation)).hasSize(2);
    assertThat(translation.skipped()).containsExactly(new Skipped(SkipReason.DUPLICATE, 5, 1));
    assertThat(translation.isIncomplete()).isFalse();
  }

  @Test
  void of_two_that_differ_in_a_group_the_last_is_sent() {
    Translation translation = translate(1, g -> g.measure(1, 70, 0).measure(1, 71, 0));
    assertThat(onlyObservation(translation).getValueQuantity().getValue()).isEqualTo("71");
    assertThat(translation.skipped()).containsExactly(new Skipped(SkipReason.DUPLICATE, 1, 1));
  }

  @Test
  void of_two_groups_with_one_id_the_newer_is_sent_wherever_it_stands() {
    Consumer<MeasureReply.Group> older =
        group -> group.with("modified", DATE + 10).measure(1, 70, 0).measure(6, 20, 0);
    Consumer<MeasureReply.Group> newer =
        group -> group.with("modified", DATE + 20).measure(1, 71, 0);
    for (MeasureReply reply :
        List.of(reply().group(1, older).group(1, newer), reply().group(1, newer).group(1, older))) {
      Translation translation = translate(reply);
      assertThat(observations(translation))
          .extracting(o -> o.getValueQuantity().getValue().toString())
          .containsExactly("71", "20");
      assertThat(translation.skipped()).containsExactly(new Skipped(SkipReason.DUPLICATE, 1, 1));
    }
  }

  @Test
  void an_empty_page_is_an_empty_translation() {
    Translation translation =
        translator.translate(
            MeasurePage.of(tree("{\"measuregrps\": []}")), PATIENT, RowsOf.LATER, Map.of());
    assertThat(translation.produced()).isEmpty();
    assertThat(translation.skipped()).isEmpty();
  }

  @Test
  void the_order_of_groups_does_not_matter() {
    Consumer<MeasureReply.Group> one = group -> group.measure(1, 70, 0).measure(6, 20, 0);
    Consumer<MeasureReply.Group> two = group -> group.measure(11, 60, 0).measure(1, 71, 0);
    assertThat(hashes(translate(reply().group(12, one).group(2, two))))
        .isEqualTo(hashes(translate(reply().group(2, two).group(12, one))));
  }

  private static List<String> hashes(Translation translation) {
    return translation.produced().stream()
        .map(produced -> produced.key() + " " + ContentHash.of(produced.resource()))
        .toList();
  }

  private static void assertSkipped(Translation translation, Skipped... skipped) {
    assertThat(translation.produced()).isEmpty();
    assertThat(translation.skipped()).containsExactly(skipped);
  }

  private Observation observation(Consumer<MeasureReply.Group> group) {
    return onlyObservation(translate(1, group));
  }

  private Translation translate(long grpid, Consumer<MeasureReply.Group> group) {
    return translate(reply().group(grpid, group));
  }

  /** Translates, and holds each resource against FHIR's rules. */
  private Translation translate(MeasureReply reply) {
    Translation translation = translator.translate(reply.page(), PATIENT, RowsOf.LATER, Map.of());
    translation.produced().forEach(produced -> FhirValidation.assertValid(produced.resource()));
    return translation;
  }

  private static List<Observation> observations(Translation translation) {
    return translation.produced().stream()
        .map(Produced::resource)
        .filter(Observation.class::isInstance)
        .map(Observation.class::cast)
        .toList();
  }

  private static Observation onlyObservation(Translation translation) {
    assertThat(observations(translation)).hasSize(1);
    return observations(translation).get(0);
  }

  private static Device device(Translation translation) {
    return (Device) translation.produced().get(0).resource();
  }

  private static String categoryOf(Observation observation) {
    return observation.getCategoryFirstRep().getCodingFirstRep().getCode();
  }

  private static String effective(Observation observation) {
    return observation.getEffectiveDateTimeType().getValueAsString();
  }

  private static List<String> codes(CodeableConcept concept) {
    return concept.getCoding().stream().map(Coding::getCode).toList();
  }
}
