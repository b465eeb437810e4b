package org.vitalroutes.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimGateTest {

  private static final int WORKERS = 8;

  @Test
  void everything_is_claimed_while_calls_are_plenty() {
    assertThat(ClaimGate.of(WORKERS, 60, 90, 120))
        .isEqualTo(new ClaimGate(WORKERS, Lane.DETAILS.ordinal()));
  }

  @Test
  void nothing_but_what_is_live_is_claimed_while_few_calls_are_free_or_will_be_soon() {
    assertThat(ClaimGate.of(WORKERS, 20, 20, 120))
        .isEqualTo(new ClaimGate(WORKERS, Lane.LIVE.ordinal()));
    assertThat(ClaimGate.of(WORKERS, 20, 21, 120))
        .isEqualTo(new ClaimGate(WORKERS, Lane.DETAILS.ordinal()));
  }

  @Test
  void the_last_call_is_left_to_a_code() {
    assertThat(ClaimGate.of(WORKERS, 2, 30, 120).lane()).isEqualTo(Lane.LIVE.ordinal());
    assertThat(ClaimGate.of(WORKERS, 1, 30, 120)).isEqualTo(ClaimGate.CLOSED);
  }

  @Test
  void without_calls_nothing_is_claimed() {
    assertThat(ClaimGate.of(WORKERS, 0, 30, 120)).isEqualTo(ClaimGate.CLOSED);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "2, 1", "3, 2", "4, 3", "8, 6"})
  void a_worker_in_four_is_kept_for_what_is_live(int workers, int later) {
    assertThat(new ClaimGate(workers, Lane.DETAILS.ordinal()).later()).isEqualTo(later);
  }
}
