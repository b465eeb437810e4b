package org.vitalroutes.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {

  private static final Instant RECEIVED = Instant.parse("2024-03-02T10:15:30.999Z");

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // start, end, day → from, to
        "2024-03-01T00:00:00Z, 2024-03-01T01:00:00Z, -, 2024-03-01T00:00:00Z, 2024-03-01T01:00:00Z",
        "2024-03-01T01:00:00Z, 2024-03-01T00:00:00Z, -, 2024-03-01T00:00:00Z, 2024-03-01T01:00:00Z",
        // A moment finds its reading.
        "2024-03-01T00:00:00Z, -, -, 2024-02-29T23:55:00Z, 2024-03-01T00:30:00Z",
        "-, 2024-03-01T00:00:00Z, -, 2024-02-29T23:55:00Z, 2024-03-01T00:30:00Z",
        "2024-03-01T00:00:00Z, 2024-03-01T00:00:00Z, 2020-01-01, 2024-02-29T23:55:00Z, 2024-03-01T00:30:00Z",
        "2024-03-01T00:00:00Z, 2024-03-01T00:00:01Z, -, 2024-02-29T23:55:00Z, 2024-03-01T00:30:01Z",
        "-, -, 2024-02-29, 2024-02-28T00:00:00Z, 2024-03-02T00:00:00Z",
        "-, -, 2024-03-02, 2024-03-01T00:00:00Z, 2024-03-03T10:15:30Z",
        "-, -, -, 2024-03-01T10:15:30Z, 2024-03-03T10:15:30Z",
        "1970-01-01T00:00:00Z, 2024-03-01T00:00:00Z, -, 2008-01-01T00:00:00Z, 2024-03-01T00:00:00Z",
        "2024-03-01T00:00:00Z, 2999-01-01T00:00:00Z, -, 2024-03-01T00:00:00Z, 2024-03-03T10:15:30Z",
        "1970-01-01T00:00:00Z, 1970-01-02T00:00:00Z, -, 2008-01-01T00:00:00Z, 2008-01-01T00:00:00Z",
      })
  void a_notification_names_a_window(
      Instant start, Instant end, LocalDate day, Instant from, Instant to) {
    assertThat(Window.ofNotification(start, end, day, RECEIVED)).isEqualTo(new Window(from, to));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, -, false",
        "2024-03-01T00:00:00Z, -, false",
        "2024-03-01T00:00:00Z, 2024-03-01T00:00:00Z, false",
        "2024-03-01T00:00:01Z, 2024-03-01T00:00:00Z, true",
        "2007-12-31T23:59:59Z, 2024-03-01T00:00:00Z, true",
        "2024-03-01T00:00:00Z, 2024-03-03T10:15:30Z, false",
        "2024-03-01T00:00:00Z, 2024-03-03T10:15:31Z, true",
        "2024-03-04T00:00:00Z, -, true",
        "-, 1970-01-01T00:00:00Z, true",
      })
  void no_data_lies_outside_the_time_of_withings(Instant start, Instant end, boolean absurd) {
    assertThat(Window.isAbsurd(start, end, RECEIVED)).isEqualTo(absurd);
  }

  @Test
  void a_window_does_not_end_before_it_begins() {
    assertThatThrownBy(() -> new Window(RECEIVED, RECEIVED.minusSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
