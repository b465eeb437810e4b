package org.vitalroutes.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriorityTest {

  @ParameterizedTest
  @CsvSource({"1, 0 0 0 0 1 1", "60, 0 0 1 1 2 2", "120, 0 1 2 3 4 5", "600, 0 2 4 6 8 10"})
  void a_few_calls_are_kept_for_what_is_more_urgent(int budget, String kept) {
    assertThat(
            Stream.of(Priority.values())
                .limit(7)
                .filter(priority -> priority != Priority.RECHECK)
                .map(priority -> "" + priority.kept(budget)))
        .containsExactly(kept.split(" "));
  }

  @Test
  void a_second_read_leaves_as_many_calls_as_a_poll() {
    assertThat(Priority.RECHECK.kept(120)).isEqualTo(Priority.CATCH_UP.kept(120));
    assertThat(Priority.RECHECK).isLessThan(Priority.BACKFILL);
  }

  @ParameterizedTest
  @ValueSource(ints = {120, 240, 600, 1_500, 6_000})
  void more_than_95_percent_is_left_to_what_is_least_urgent(int budget) {
    assertThat(Priority.DETAILS.kept(budget)).isLessThan(budget / 20);
  }
}
