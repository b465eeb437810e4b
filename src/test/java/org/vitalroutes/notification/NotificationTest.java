package org.vitalroutes.notification;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.sync.Window;

class NotificationTest {

  private static final Instant RECEIVED = Instant.parse("2024-03-02T10:15:30.5Z");

  /** Documented and observed notifications. */
  @Test
  void a_weighing_names_a_window() {
    Notification weighing = parse("userid=4711&appli=1&startdate=1709300000&enddate=1709300001");

    assertThat(weighing.userId()).isEqualTo("4711");
    assertThat(weighing.appli()).isEqualTo(1);
    assertThat(weighing.window(RECEIVED)).isEqualTo(window(1709300000, 1709300001));
    assertThat(weighing.oddities()).isEmpty();
  }

  @Test
  void fields_come_in_any_order() {
    assertThat(parse("userid=4711&startdate=1709300000&enddate=1709300001&appli=44"))
        .isEqualTo(parse("appli=44&enddate=1709300001&startdate=1709300000&userid=4711"));
  }

  @Test
  void a_query_of_the_callback_url_stands_before_the_fields() {
    Notification weighing =
        parse("foo=bar&userid=4711&appli=1&startdate=1709300000&enddate=1709300001");

    assertThat(weighing)
        .isEqualTo(parse("userid=4711&appli=1&startdate=1709300000&enddate=1709300001"));
  }

  @Test
  void activity_names_a_day_that_is_widened_as_its_zone_is_unknown() {
    Notification activity = parse("userid=4711&appli=16&date=2024-02-28");

    assertThat(activity.date()).isEqualTo(LocalDate.parse("2024-02-28"));
    assertThat(activity.window(RECEIVED))
        .isEqualTo(
            new Window(
                Instant.parse("2024-02-27T00:00:00Z"), Instant.parse("2024-03-01T00:00:00Z")));
    assertThat(activity.oddities()).isEmpty();
  }

  @Test
  void an_event_names_a_moment_and_a_device() {
    Notification bedIn = parse("date=1709300000&deviceid=0123abcd&appli=50&userid=4711");

    assertThat(bedIn.deviceId()).isEqualTo("0123abcd");
    assertThat(bedIn.date()).isNull();
    assertThat(bedIn.window(RECEIVED)).isEqualTo(window(1709300000, 1709300000));
    assertThat(bedIn.oddities()).isEmpty();
  }

  @Test
  void a_user_event_names_an_action() {
    Notification unlinked = parse("userid=4711&appli=46&action=unlink");

    assertThat(unlinked.action()).isEqualTo("unlink");
    assertThat(unlinked.oddities()).isEmpty();
  }

  @Test
  void a_notification_without_a_time_triggers_at_the_day_before() {
    assertThat(parse("userid=4711&appli=1").window(RECEIVED))
        .isEqualTo(
            new Window(
                Instant.parse("2024-03-01T10:15:30Z"), Instant.parse("2024-03-03T10:15:30Z")));
  }

  /** Every body becomes a notification; its oddities are fixed words without input. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "''                                 | -    | -    | missing-userid missing-appli",
        "{}                                 | -    | -    | missing-userid missing-appli",
        "=                                  | -    | -    | missing-userid missing-appli",
        "&&&                                | -    | -    | missing-userid missing-appli",
        "userid                             | -    | -    | malformed-userid missing-appli",
        "userid=&appli=                     | -    | -    | malformed-userid malformed-appli",
        "userid=4711                        | 4711 | -    | missing-appli",
        "appli=1                            | -    | 1    | missing-userid",
        "USERID=4711&appli=1                | -    | 1    | missing-userid",
        "userid=4711&appli=9999             | 4711 | 9999 | -",
        "userid=4711&appli=01               | 4711 | 1    | -",
        "userid=4711&appli=0                | 4711 | 0    | -",
        "userid=4711&appli=-1               | 4711 | -    | malformed-appli",
        "userid=4711&appli=1.0              | 4711 | -    | malformed-appli",
        "userid=4711&appli=99999            | 4711 | -    | malformed-appli",
        "userid=4711&appli=1%00             | 4711 | -    | malformed-appli",
        "userid=4711%00&appli=1             | -    | 1    | malformed-userid",
        "userid=%34711&appli=1              | 4711 | 1    | -",
        "userid=47%2B11&appli=1             | -    | 1    | malformed-userid",
        "userid=47+11&appli=1               | -    | 1    | malformed-userid",
        "userid=47%1&appli=1                | -    | 1    | malformed-userid",
        "userid=%zz&appli=1                 | -    | 1    | malformed-userid",
        "userid=%&appli=1                   | -    | 1    | malformed-userid",
        "userid=%D9%A4&appli=1              | -    | 1    | malformed-userid",
        "userid=12345678901234567890&appli=1| -    | 1    | malformed-userid",
        "userid=4711&userid=4711&appli=1    | 4711 | 1    | -",
        "userid=4711&appli=1&appli=1        | 4711 | 1    | -",
        "userid=4711&appli=1&startdate=x    | 4711 | 1    | malformed-startdate",
        "userid=4711&appli=1&startdate=-1   | 4711 | 1    | malformed-startdate",
        "userid=4711&appli=1&enddate=1e9    | 4711 | 1    | malformed-enddate",
        "userid=4711&appli=1&action=DELETE  | 4711 | 1    | malformed-action",
        "userid=4711&appli=1&deviceid=a%0Ab | 4711 | 1    | malformed-deviceid",
        "userid=4711&appli=1&date=yesterday | 4711 | 1    | malformed-date",
        "userid=4711&appli=1&date=2024-02-30| 4711 | 1    | malformed-date",
      })
  void an_odd_body_becomes_a_notification(
      String body, String userId, Integer appli, String oddities) {
    Notification odd = parse(body);

    assertThat(odd.userId()).isEqualTo(userId);
    assertThat(odd.appli()).isEqualTo(appli);
    assertThat(String.join(" ", odd.oddities())).isEqualTo(oddities == null ? "" : oddities);
    assertThat(odd.window(RECEIVED)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "userid=4711&appli=1&userid=4712",
        "userid=4711&userid=4712&userid=4711&appli=1",
        "userid=4711&userid=&appli=1",
        "userid&userid=4711&appli=1"
      })
  void a_field_with_two_values_counts_as_absent(String body) {
    Notification odd = parse(body);

    assertThat(odd.userId()).isNull();
    assertThat(odd.isAbout("4711")).isFalse();
    assertThat(odd.oddities()).contains("contradicting-userid");
  }

  @Test
  void contradicting_times_leave_the_other_fields_alone() {
    Notification odd =
        parse("userid=4711&appli=1&startdate=1709300000&startdate=1&enddate=1709300001");

    assertThat(odd.oddities()).containsExactly("contradicting-startdate");
    assertThat(odd.window(RECEIVED)).isEqualTo(window(1709300001, 1709300001));
  }

  @ParameterizedTest
  @CsvSource({
    "startdate=0&enddate=0, 2008-01-01T00:00:00Z, 2008-01-01T00:30:00Z",
    "startdate=0&enddate=1709300001, 2008-01-01T00:00:00Z, 2024-03-01T13:33:21Z",
    "startdate=1709300001&enddate=1709300000, 2024-03-01T13:28:20Z, 2024-03-01T14:03:21Z",
    "startdate=1709300000&enddate=170930000000, 2024-03-01T13:33:20Z, 2024-03-03T10:15:30Z",
    "startdate=999999999999&enddate=999999999999, 2024-03-03T10:10:30Z, 2024-03-03T10:15:30Z",
    "date=1809-02-12, 2008-01-01T00:00:00Z, 2008-01-01T00:00:00Z",
    "date=9999-12-31, 2024-03-03T10:15:30Z, 2024-03-03T10:15:30Z",
    "date=0000-01-01, 2008-01-01T00:00:00Z, 2008-01-01T00:00:00Z",
  })
  void absurd_dates_are_marked_and_clamped(String dates, Instant from, Instant to) {
    Notification odd = parse("userid=4711&appli=1&" + dates);

    assertThat(odd.window(RECEIVED)).isEqualTo(new Window(from, to));
    assertThat(odd.oddities()).containsExactly("absurd-dates");
  }

  @Test
  void milliseconds_are_no_seconds() {
    Notification odd = parse("userid=4711&appli=1&startdate=1709300000&enddate=1709300001000");

    assertThat(odd.oddities()).containsExactly("malformed-enddate");
    assertThat(odd.window(RECEIVED)).isEqualTo(window(1709300000, 1709300000));
  }

  /** A year of nine digits is a date to Java, and the day after the last one is not. */
  @ParameterizedTest
  @ValueSource(strings = {"%2B999999999-12-31", "-999999999-01-01", "%2B12024-03-02"})
  void a_year_of_more_than_four_digits_is_no_day(String date) {
    Notification odd = parse("userid=4711&appli=16&date=" + date);

    assertThat(odd.oddities()).containsExactly("malformed-date");
    assertThat(odd.window(RECEIVED)).isEqualTo(parse("userid=4711&appli=16").window(RECEIVED));
  }

  @Test
  void fields_after_the_hundredth_are_not_read() {
    String many =
        IntStream.range(0, 1000).mapToObj(i -> "f" + i + "=" + i).collect(Collectors.joining("&"));

    assertThat(parse("userid=4711&appli=1&" + many).oddities()).containsExactly("too-many-fields");
    assertThat(parse(many + "&userid=4711&appli=1").oddities())
        .containsExactly("too-many-fields", "missing-userid", "missing-appli");
  }

  @Test
  void bytes_that_are_no_text_do_not_fail() {
    Notification odd =
        Notification.parse("userid=47\u00ff11&appli=1".getBytes(ISO_8859_1), RECEIVED);

    assertThat(odd.userId()).isNull();
    assertThat(odd.appli()).isEqualTo(1);
  }

  @Test
  void what_was_odd_does_not_repeat_the_input() {
    assertThat(parse("userid=secret&appli=secret&date=secret&action=SECRET&deviceid=%20secret"))
        .extracting(Notification::oddities)
        .asString()
        .doesNotContainIgnoringCase("secret");
  }

  @Test
  void it_is_about_one_user() {
    assertThat(parse("userid=4711").isAbout("4711")).isTrue();
    assertThat(parse("userid=4711").isAbout("04711")).isFalse();
    assertThat(parse("").isAbout("4711")).isFalse();
  }

  private static Notification parse(String form) {
    return Notification.parse(form.getBytes(UTF_8), RECEIVED);
  }

  /** Of times that a notification names: widened, so that one moment finds its reading. */
  private static Window window(long from, long to) {
    return new Window(Instant.ofEpochSecond(from - 5 * 60), Instant.ofEpochSecond(to + 30 * 60));
  }
}
