package org.vitalroutes.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

  /** Draws the smallest or the largest number there is. */
  private record Fixed(boolean largest) implements RandomGenerator {
    @Override
    public long nextLong() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long nextLong(long bound) {
      return largest ? bound - 1 : 0;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 500, 1000",
    "0, 500, 1000",
    "1, 500, 1000",
    "2, 1000, 2000",
    "3, 2000, 4000",
    "10, 256000, 512000",
    "11, 450000, 900000",
    "100, 450000, 900000",
    "2147483647, 450000, 900000",
  })
  void the_wait_doubles_up_to_a_quarter_of_an_hour(int tries, long shortest, long longest) {
    assertThat(Backoff.after(tries, new Fixed(false))).isEqualTo(Duration.ofMillis(shortest));
    assertThat(Backoff.after(tries, new Fixed(true))).isEqualTo(Duration.ofMillis(longest));
  }

  @RepeatedTest(20)
  void the_wait_is_spread_over_the_upper_half() {
    assertThat(Backoff.after(5, new Random()))
        .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(16));
  }
}
