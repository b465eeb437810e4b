package org.vitalroutes.withings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributionTest {

  @ParameterizedTest
  @EnumSource
  void each_is_found_by_its_code(Attribution attribution) {
    assertThat(Attribution.of(attribution.code())).contains(attribution);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3, 10, 17, 99})
  void what_withings_does_not_document_is_unknown(int attrib) {
    assertThat(Attribution.of(attrib)).isEmpty();
  }

  @Test
  void only_entries_by_hand_are_manual() {
    assertThat(Attribution.values())
        .filteredOn(Attribution::isManual)
        .containsExactly(Attribution.MANUAL, Attribution.MANUAL_AT_CREATION);
  }
}
