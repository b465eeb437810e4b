package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.hl7.fhir.r5.model.DateTimeType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZonedTimeTest {
  private static final long FROM = Instant.parse("1900-01-01T00:00:00Z").getEpochSecond();
  private static final long TO = Instant.parse("2099-12-31T23:59:59Z").getEpochSecond();
  private static final String FHIR_DATE_TIME =
      "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(Z|[+-]((0\\d|1[0-3]):[0-5]\\d|14:00))";

  @ParameterizedTest
  @CsvSource({
    "2024-01-09T03:08:39Z, Europe/Paris, 2024-01-09T04:08:39+01:00",
    "2024-10-27T00:59:59Z, Europe/Paris, 2024-10-27T02:59:59+02:00",
    "2024-10-27T01:00:00Z, Europe/Paris, 2024-10-27T02:00:00+01:00",
    "2024-03-31T01:00:00Z, Europe/Paris, 2024-03-31T03:00:00+02:00",
    "2024-04-06T15:00:00Z, Australia/Lord_Howe, 2024-04-07T01:30:00+10:30",
    "2024-01-09T23:30:00Z, Pacific/Kiritimati, 2024-01-10T13:30:00+14:00",
    "2024-01-09T03:08:39Z, America/St_Johns, 2024-01-08T23:38:39-03:30",
    "2024-01-09T03:08:39Z, Asia/Kathmandu, 2024-01-09T08:53:39+05:45",
    "2024-01-09T03:08:39Z, UTC, 2024-01-09T03:08:39Z",
    "2024-01-09T03:08:00Z, Europe/London, 2024-01-09T03:08:00Z",
    "1960-06-01T12:00:00Z, Africa/Monrovia, 1960-06-01T12:00:00Z",
    "2024-01-09T03:08:39Z, +16:00, 2024-01-09T03:08:39Z",
  })
  void local_time_carries_the_offset_of_that_moment(Instant instant, String zone, String text) {
    assertThat(ZonedTime.dateTime(instant, ZoneId.of(zone)).getValueAsString()).isEqualTo(text);
  }

  @Property
  void any_instant_in_any_zone_is_still_that_instant(
      @ForAll @LongRange(min = -2208988800L, max = 4102444799L) long second,
      @ForAll("zones") ZoneId zone) {
    assertSame(Instant.ofEpochSecond(second), zone);
  }

  @Property
  void so_is_any_second_around_a_change_of_the_clocks(@ForAll("changes") Change change) {
    assertSame(change.instant(), change.zone());
  }

  private static void assertSame(Instant instant, ZoneId zone) {
    String text = ZonedTime.dateTime(instant, zone).getValueAsString();
    assertThat(text).matches(FHIR_DATE_TIME);
    assertThat(new DateTimeType(text).getValue().toInstant()).isEqualTo(instant);
    assertThat(ZonedTime.instant(instant).getValue().toInstant()).isEqualTo(instant);
  }

  @Provide
  Arbitrary<ZoneId> zones() {
    List<String> ids = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    return Arbitraries.of(ids).map(ZoneId::of);
  }

  @Provide
  Arbitrary<Change> changes() {
    return Combinators.combine(
            zones(),
            Arbitraries.longs().between(FROM, TO - 400L * 24 * 3600),
            Arbitraries.longs().between(-7200, 7200))
        .as(
            (zone, from, seconds) -> {
              ZoneOffsetTransition next =
                  zone.getRules().nextTransition(Instant.ofEpochSecond(from));
              Instant at = next == null ? Instant.ofEpochSecond(from) : next.getInstant();
              return new Change(zone, at.plusSeconds(seconds));
            });
  }

  record Change(ZoneId zone, Instant instant) {}
}
