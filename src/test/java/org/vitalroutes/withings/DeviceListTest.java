package org.vitalroutes.withings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.sync.KnownDevice;
import org.vitalroutes.testsupport.MeasureReply;

class DeviceListTest {
  private static final String HASH = "a".repeat(40);

  @Test
  void a_device_has_its_identity_its_model_and_its_type() {
    assertThat(
            DeviceList.of(
                MeasureReply.tree(
                    "{\"devices\": [{\"type\": \"Scale\", \"model\": \"Body+\", \"model_id\": \"5\","
                        + " \"battery\": \"unknown\", \"deviceid\": null, \"hash_deviceid\": \""
                        + HASH
                        + "\", \"last_session_date\": null}]}")))
        .containsExactly(new KnownDevice(HASH, 5, "Body+", "Scale"));
  }

  @Test
  void what_has_no_identity_is_left_out_and_what_is_absent_is_null() {
    assertThat(
            DeviceList.of(
                MeasureReply.tree(
                    "{\"devices\": [7, {\"type\": \"Gateway\"}, {\"deviceid\": \"x-y\"},"
                        + " {\"model\": \"\", \"model_id\": -1, \"deviceid\": \""
                        + HASH
                        + "\"}]}")))
        .containsExactly(new KnownDevice(HASH, null, null, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"devices\": []}", "{\"devices\": {}}"})
  void no_devices_are_an_empty_list(String body) {
    assertThat(DeviceList.of(MeasureReply.tree(body))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"devices\": null}", "{\"devices\": 5}"})
  void what_has_no_list_is_no_answer(String body) {
    assertThatThrownBy(() -> DeviceList.of(MeasureReply.tree(body)))
        .isInstanceOf(ProviderUnavailableException.class);
  }
}
