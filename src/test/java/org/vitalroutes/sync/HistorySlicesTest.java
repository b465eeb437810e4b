package org.vitalroutes.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HistorySlicesTest {

  private static final Instant TO = Instant.parse("2026-03-01T12:00:00Z");

  @ParameterizedTest
  @EnumSource
  void the_newest_slice_and_the_rest_are_a_history_without_a_gap(DataKind kind) {
    List<Window> slices = slices(kind, 5 * 365);

    assertThat(slices).hasSize(2);
    assertThat(slices.get(0).to()).isEqualTo(TO);
    assertThat(slices.get(1).to()).isEqualTo(slices.get(0).from());
    assertThat(slices.get(1).from()).isEqualTo(TO.minus(Duration.ofDays(5 * 365)));
  }

  @ParameterizedTest
  @CsvSource({"MEASURES, 30", "ACTIVITY, 30", "SLEEP, 90", "WORKOUTS, 365", "ECG, 365"})
  void of_a_year_the_newest_days_come_first(DataKind kind, int days) {
    assertThat(slices(kind, 365).get(0)).isEqualTo(new Window(TO.minus(Duration.ofDays(days)), TO));
  }

  @Test
  void what_would_leave_less_than_another_slice_is_not_cut() {
    assertThat(slices(DataKind.MEASURES, 7)).hasSize(1);
    assertThat(slices(DataKind.MEASURES, 59)).hasSize(1);
    assertThat(slices(DataKind.MEASURES, 60)).hasSize(2);
  }

  @Test
  void activity_that_a_page_holds_is_not_cut() {
    assertThat(slices(DataKind.ACTIVITY, 179)).hasSize(1);
    assertThat(slices(DataKind.ACTIVITY, 180)).hasSize(2);
  }

  @Test
  void of_a_new_connection_measures_are_not_cut_because_their_pages_come_newest_first() {
    Window history = new Window(TO.minus(Duration.ofDays(365)), TO);

    assertThat(HistorySlices.newest(DataKind.MEASURES, Priority.CONNECTION, history))
        .isEqualTo(history);
    assertThat(HistorySlices.newest(DataKind.SLEEP, Priority.CONNECTION, history))
        .isEqualTo(HistorySlices.newest(DataKind.SLEEP, Priority.BACKFILL, history))
        .isNotEqualTo(history);
  }

  private static List<Window> slices(DataKind kind, int days) {
    Window history = new Window(TO.minus(Duration.ofDays(days)), TO);
    Window newest = HistorySlices.newest(kind, Priority.BACKFILL, history);
    return newest.equals(history)
        ? List.of(newest)
        : List.of(newest, HistorySlices.rest(history.from(), newest.from()));
  }
}
