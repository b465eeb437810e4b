package org.vitalroutes.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.stream.IntStream;
import org.hl7.fhir.r5.model.Device;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Quantity;
import org.junit.jupiter.api.Test;

class ContentHashTest {

  /**
   * Computed elsewhere: printf '%s' '{"resourceType":"Device","id":"a","modelNumber":"10"}' |
   * sha256sum.
   */
  @Test
  void hash_is_of_the_compact_json() {
    Device device = new Device().setModelNumber("10");
    device.setId("a");
    assertThat(ContentHash.of(device))
        .isEqualTo("91db08d4cc2a249d3ef7175cdd93f01b8eda2c362f288aba44a7abd384caca51");
  }

  @Test
  void another_precision_is_another_content() {
    assertThat(ContentHash.of(with("72.350"))).isNotEqualTo(ContentHash.of(with("72.35")));
    assertThat(ContentHash.of(with("72.350"))).isEqualTo(ContentHash.of(with("72.350")));
  }

  @Test
  void many_threads_may_hash_at_once() {
    assertThat(IntStream.range(0, 200).parallel().mapToObj(i -> ContentHash.of(with("72.350"))))
        .containsOnly(ContentHash.of(with("72.350")));
  }

  private static Observation with(String value) {
    return new Observation().setValue(new Quantity().setValue(new BigDecimal(value)));
  }
}
