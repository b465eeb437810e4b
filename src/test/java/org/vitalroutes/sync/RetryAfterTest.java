package org.vitalroutes.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-03-02T10:15:30Z"), ZoneId.of("Asia/Kathmandu"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0                             | PT0S",
        "120                           | PT2M",
        "' 7 '                         | PT7S",
        "Sat, 02 Mar 2024 10:16:30 GMT | PT1M",
        "Sat, 2 Mar 2024 10:16:30 GMT  | PT1M",
        "Sat, 02 Mar 2024 10:15:29 GMT | PT0S",
        "Fri, 02 Mar 1990 10:15:30 GMT | PT0S",
      })
  void a_wait_is_read_from_seconds_or_from_a_date(String header, Duration wait) {
    assertThat(RetryAfter.parse(header, CLOCK)).isEqualTo(wait);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "soon",
        "-1",
        "1.5",
        "1e3",
        "0x10",
        "١٢",
        "12345678901234567890",
        "2024-03-02T10:16:30Z",
        "Sun, 02 Mar 2024 10:16:30 GMT",
        "Sat, 02 Mar 2024 25:16:30 GMT"
      })
  void what_cannot_be_read_counts_as_absent(String header) {
    assertThat(RetryAfter.parse(header, CLOCK)).isNull();
  }

  @Test
  void without_a_header_there_is_no_wait() {
    assertThat(RetryAfter.parse(null, CLOCK)).isNull();
  }

  /** A server's broken clock must not hold work for a year. */
  @ParameterizedTest
  @ValueSource(strings = {"999999", "Fri, 31 Dec 9999 23:59:59 GMT"})
  void nobody_makes_us_wait_longer_than_a_day(String header) {
    assertThat(RetryAfter.parse(header, CLOCK)).isEqualTo(Duration.ofDays(1));
  }
}
