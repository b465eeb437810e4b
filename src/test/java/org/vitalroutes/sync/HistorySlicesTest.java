package org.vitalroutes.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HistorySlicesTest {

  private static final Instant TO = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant FROM = TO.minus(Duration.ofDays(365));

  @ParameterizedTest
  @EnumSource
  void the_slices_of_a_kind_cover_its_history_without_a_gap(DataKind kind) {
    List<Window> slices = slices(kind);

    assertThat(slices.get(0).to()).isEqualTo(TO);
    assertThat(slices.get(slices.size() - 1).from()).isEqualTo(FROM);
    for (int i = 1; i < slices.size(); i++) {
      assertThat(slices.get(i).to()).isEqualTo(slices.get(i - 1).from());
    }
  }

  @Test
  void what_one_call_can_answer_is_two_slices_and_what_needs_many_is_more() {
    assertThat(slices(DataKind.MEASURES)).hasSize(2);
    assertThat(slices(DataKind.ECG)).hasSize(3);
    assertThat(slices(DataKind.SLEEP)).hasSize(13);
  }

  @Test
  void a_history_that_is_shorter_than_a_slice_is_one() {
    Window week = new Window(TO.minus(Duration.ofDays(7)), TO);

    assertThat(HistorySlices.first(DataKind.MEASURES, week)).isEqualTo(week);
  }

  private static List<Window> slices(DataKind kind) {
    List<Window> slices = new ArrayList<>();
    slices.add(HistorySlices.first(kind, new Window(FROM, TO)));
    while (slices.get(slices.size() - 1).from().isAfter(FROM)) {
      slices.add(HistorySlices.older(kind, FROM, slices.get(slices.size() - 1).from()));
    }
    return slices;
  }
}
