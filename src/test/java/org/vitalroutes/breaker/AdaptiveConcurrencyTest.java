package org.vitalroutes.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AdaptiveConcurrencyTest {

  private static final Duration FAST = Duration.ofMillis(300);
  private static final Duration SLOW = AdaptiveConcurrency.SLOW.plusMillis(1);

  @Test
  void refusals_lower_it_to_two_and_answers_bring_it_back() {
    AdaptiveConcurrency concurrency = new AdaptiveConcurrency(8);

    concurrency.refused();
    assertThat(concurrency.most()).isEqualTo(6);
    for (int i = 0; i < 10; i++) {
      concurrency.refused();
    }
    assertThat(concurrency.most()).isEqualTo(2);

    concurrency.answered(FAST);
    assertThat(concurrency.most()).isEqualTo(3);
    for (int i = 0; i < 10; i++) {
      concurrency.answered(FAST);
    }
    assertThat(concurrency.most()).isEqualTo(8);
  }

  @Test
  void slow_answers_lower_it_as_refusals_do() {
    AdaptiveConcurrency concurrency = new AdaptiveConcurrency(4);

    concurrency.answered(SLOW);

    assertThat(concurrency.most()).isEqualTo(3);
  }

  @Property
  void it_stays_within_its_bounds(
      @ForAll @IntRange(min = 1, max = 64) int most, @ForAll @IntRange(max = 2) int[] answers) {
    AdaptiveConcurrency concurrency = new AdaptiveConcurrency(most);
    for (int answer : answers) {
      if (answer == 0) {
        concurrency.refused();
      } else {
        concurrency.answered(answer == 1 ? FAST : SLOW);
      }

      assertThat(concurrency.most()).isBetween(Math.min(2, most), most);
    }
  }
}
