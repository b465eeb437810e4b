package org.vitalroutes.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HistoryProgressTest {

  private static final Instant TO = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant FROM = TO.minus(Duration.ofDays(400));
  private static final Instant NOW = TO.plusSeconds(60);

  @Test
  void a_quarter_that_took_a_minute_leaves_three_minutes() {
    HistoryProgress progress = downTo(TO.minus(Duration.ofDays(100)));

    assertThat(progress.percent()).isEqualTo(25);
    assertThat(progress.estimatedEnd(NOW)).isEqualTo(NOW.plusSeconds(180));
  }

  @Test
  void before_the_first_slice_nothing_can_be_said_about_the_end() {
    assertThat(downTo(TO).percent()).isZero();
    assertThat(downTo(TO).estimatedEnd(NOW)).isNull();
  }

  @Test
  void only_what_is_filled_is_a_hundred_per_cent() {
    assertThat(downTo(FROM).percent()).isEqualTo(99);
    assertThat(new HistoryProgress(FROM, TO, FROM, TO, NOW).percent()).isEqualTo(100);
    assertThat(new HistoryProgress(FROM, TO, FROM, TO, NOW).estimatedEnd(NOW)).isNull();
  }

  @Test
  void a_history_of_no_length_divides_by_nothing() {
    HistoryProgress empty = new HistoryProgress(TO, TO, TO, TO, null);

    assertThat(empty.percent()).isZero();
    assertThat(empty.estimatedEnd(NOW)).isNull();
  }

  private static HistoryProgress downTo(Instant frontier) {
    return new HistoryProgress(FROM, TO, frontier, TO, null);
  }
}
