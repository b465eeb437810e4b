package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vitalroutes.testsupport.MeasureReply.DEVICE;
import static org.vitalroutes.testsupport.MeasureReply.reply;

import java.util.Map;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.Identifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vitalroutes.fhir.ContentHash;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.sync.KnownDevice;
import org.vitalroutes.testsupport.FhirValidation;

class DevicesTest {
  private static final Identifiers IDENTIFIERS = new Identifiers(Identifiers.DEFAULT_NAMESPACE);
  private static final Devices DEVICES = new Devices(IDENTIFIERS);
  private static final KnownDevice LISTED =
      new KnownDevice(DEVICE, 93, "ScanWatch", "Activity Tracker");

  @Test
  void a_listed_device_is_the_same_whichever_kind_refers_to_it() {
    Produced ofDay = device(asListed(day()));
    Produced ofMeasure = device(asListed(measures()));

    assertThat(ContentHash.of(ofDay.resource())).isEqualTo(ContentHash.of(ofMeasure.resource()));
    assertThat(ofDay.unlessKnown()).isFalse();
    Device device = (Device) ofDay.resource();
    assertThat(device.getManufacturer()).isEqualTo("Withings");
    assertThat(device.getModelNumber()).isEqualTo("ScanWatch");
    assertThat(device.getIdentifier())
        .extracting(Identifier::getValue)
        .containsExactly(DEVICE, "93");
    assertThat(device.getNameFirstRep().getValue()).isEqualTo("ScanWatch");
    assertThat(device.getTypeFirstRep().getText()).isEqualTo("Activity Tracker");
    FhirValidation.assertValid(device);
  }

  @Test
  void an_unlisted_device_keeps_the_description_of_its_row() {
    Map<String, KnownDevice> others =
        Map.of("b".repeat(40), new KnownDevice("b".repeat(40), 5, "Body+", "Scale"));

    Produced device = device(DEVICES.asListed(day(), RowsOf.PATIENT, others));

    assertThat(ContentHash.of(device.resource()))
        .isEqualTo(ContentHash.of(device(day()).resource()));
    assertThat(device.unlessKnown()).isTrue();
  }

  @Test
  void observations_skips_and_what_stands_are_left_alone() {
    Translation day = day();
    Translation listed = asListed(day);

    assertThat(listed.keys()).containsAll(day.keys());
    assertThat(listed.rows()).isEqualTo(day.rows()).isNotEmpty();
    assertThat(listed.skipped()).isEqualTo(day.skipped());
    assertThat(listed.produced().get(1).key()).isEqualTo("act-4711-20240109-" + DEVICE + "-steps");
  }

  @ParameterizedTest
  @CsvSource({
    "5, Scale, Scale, 528404",
    "99, Scale, Scale, 528399",
    ", Blood Pressure Monitor, Blood Pressure Monitor, 528391",
    "1059, Activity Tracker, Activity Tracker, 528425",
    "61, Sleep Monitor, Sleep Monitor, ",
    "100, Gateway, Gateway, ",
    "70, , Smart Connected Thermometer, 528392",
  })
  void the_type_comes_from_the_model_or_else_from_withings_name(
      Integer modelId, String type, String text, String code) {
    Device device = DEVICES.device(RowsOf.PATIENT, new KnownDevice(DEVICE, modelId, null, type));

    assertThat(device.getTypeFirstRep().getText()).isEqualTo(text);
    assertThat(device.getTypeFirstRep().getCodingFirstRep().getCode()).isEqualTo(code);
    assertThat(device.hasManufacturer()).isEqualTo(modelId == null || modelId < 1000);
    assertThat(device.hasName()).isFalse();
    FhirValidation.assertValid(device);
  }

  private static Translation asListed(Translation translation) {
    return DEVICES.asListed(translation, RowsOf.PATIENT, Map.of(DEVICE, LISTED));
  }

  private static Produced device(Translation translation) {
    return translation.produced().get(0);
  }

  private static Translation day() {
    return RowsOf.activity(
        "{\"activities\": [{\"date\": \"2024-01-09\", \"steps\": 1, \"hash_deviceid\": \""
            + DEVICE
            + "\"}]}");
  }

  private static Translation measures() {
    return new MeasureTranslator(MeasureTable.standard(), IDENTIFIERS)
        .translate(
            reply().group(1, group -> group.measure(1, 70, 0)).page(),
            RowsOf.PATIENT,
            RowsOf.LATER,
            Map.of());
  }
}
