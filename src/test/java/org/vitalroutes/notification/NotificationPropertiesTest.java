package org.vitalroutes.notification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.vitalroutes.sync.Window;

class NotificationPropertiesTest {

  private static final Instant RECEIVED = Instant.parse("2024-03-02T10:15:30Z");

  /** A body that fails would be taken from the inbox for ever. */
  @Property(tries = 500)
  void every_body_becomes_a_notification_with_a_sane_window(@ForAll byte[] body) {
    assertSane(body);
  }

  @Property(tries = 500)
  void every_form_becomes_a_notification_with_a_sane_window(@ForAll("forms") String form) {
    assertSane(form.getBytes(UTF_8));
  }

  private static void assertSane(byte[] body) {
    Window window = Notification.parse(body, RECEIVED).window(RECEIVED);

    assertThat(window.from()).isAfterOrEqualTo(Instant.parse("2008-01-01T00:00:00Z"));
    assertThat(window.to()).isBeforeOrEqualTo(RECEIVED.plusSeconds(86_400));
    assertThat(window.from().getNano()).isZero();
  }

  @Provide
  Arbitrary<String> forms() {
    Arbitrary<String> names =
        Arbitraries.of(
            "userid", "appli", "startdate", "enddate", "date", "action", "deviceid", "x");
    Arbitrary<String> values =
        Arbitraries.oneOf(
            Arbitraries.longs().map(String::valueOf),
            Arbitraries.of(
                "",
                "1",
                "4711",
                "2024-02-29",
                "2023-02-29",
                "%2B999999999-12-31",
                "-999999999-01-01",
                "0000-00-00",
                "unlink",
                "%00",
                "%",
                "%F0%9F%92%A9",
                "999999999999"),
            Arbitraries.strings().ascii().ofMaxLength(12));
    Arbitrary<List<String>> pairs =
        Combinators.combine(names, values)
            .as((name, value) -> name + "=" + value)
            .list()
            .ofMaxSize(8);
    return pairs.map(list -> String.join("&", list));
  }
}
