package org.vitalroutes.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimLimitTest {

  private static final int WORKERS = 8;

  @Test
  void everything_is_claimed_while_calls_are_plenty() {
    assertThat(ClaimLimit.of(WORKERS, WORKERS, 60, 90, 120))
        .isEqualTo(new ClaimLimit(WORKERS, WORKERS, Priority.DETAILS));
  }

  @Test
  void nothing_but_what_is_live_is_claimed_while_few_calls_are_free_or_will_be_soon() {
    assertThat(ClaimLimit.of(WORKERS, WORKERS, 20, 20, 120))
        .isEqualTo(new ClaimLimit(WORKERS, WORKERS, Priority.LIVE));
    assertThat(ClaimLimit.of(WORKERS, WORKERS, 20, 21, 120))
        .isEqualTo(new ClaimLimit(WORKERS, WORKERS, Priority.DETAILS));
  }

  @Test
  void the_last_call_is_left_to_a_code() {
    assertThat(ClaimLimit.of(WORKERS, WORKERS, 2, 30, 120).lowest()).isEqualTo(Priority.LIVE);
    assertThat(ClaimLimit.of(WORKERS, WORKERS, 1, 30, 120)).isEqualTo(ClaimLimit.CLOSED);
  }

  @Test
  void without_calls_nothing_is_claimed() {
    assertThat(ClaimLimit.of(WORKERS, WORKERS, 0, 30, 120)).isEqualTo(ClaimLimit.CLOSED);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "2, 1", "3, 2", "4, 3", "5, 4", "8, 6"})
  void a_worker_in_four_is_kept_for_what_is_live(int workers, int later) {
    ClaimLimit ofReplica = new ClaimLimit(workers, 100, Priority.DETAILS);
    ClaimLimit ofAll = new ClaimLimit(100, workers, Priority.DETAILS);

    assertThat(ofReplica.later()).isEqualTo(later);
    assertThat(ofAll.laterEverywhere()).isEqualTo(later);
  }
}
