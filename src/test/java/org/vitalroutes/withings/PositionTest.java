package org.vitalroutes.withings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PositionTest {

  @ParameterizedTest
  @EnumSource
  void each_is_found_by_its_code(Position position) {
    assertThat(Position.of(position.code())).contains(position);
  }

  @Test
  void what_is_not_listed_is_unknown() {
    assertThat(Position.of(15)).isEmpty();
    assertThat(Position.of(-1)).isEmpty();
  }

  @Test
  void text_reads_as_the_beginning_of_a_sentence() {
    assertThat(Position.LEFT_ARM.text()).isEqualTo("Left arm");
    assertThat(Position.LEFT_ARM.display()).isEqualTo("Left Arm");
  }
}
