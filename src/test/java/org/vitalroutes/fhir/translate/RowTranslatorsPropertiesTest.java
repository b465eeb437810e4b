package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.hl7.fhir.r5.model.Observation;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.fhir.ContentHash;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.table.Decimals;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.withings.DataCall;
import org.vitalroutes.withings.WithingsCall;

class RowTranslatorsPropertiesTest {

  @Property(tries = 300)
  void a_day_begins_at_its_first_moment_and_ends_at_its_last_in_any_zone(
      @ForAll("zones") ZoneId zone, @ForAll @IntRange(min = 14_000, max = 20_400) int day) {
    LocalDate date = LocalDate.ofEpochDay(day);
    Produced steps = RowsOf.activity(body(day(date, zone)).toString()).produced().get(0);
    var period = ((Observation) steps.resource()).getEffectivePeriod();

    assertThat(period.getStart().toInstant()).isEqualTo(date.atStartOfDay(zone).toInstant());
    assertThat(period.getEnd().toInstant().plusSeconds(1))
        .isEqualTo(date.plusDays(1).atStartOfDay(zone).toInstant());
    assertThat(steps.effective()).isEqualTo(period.getStart().toInstant());
    assertThat(
            ContentHash.of(
                RowsOf.activity(body(day(date, zone)).toString()).produced().get(0).resource()))
        .isEqualTo(ContentHash.of(steps.resource()));
  }

  @Property(tries = 300)
  void a_night_is_from_its_first_moment_to_its_last_in_any_zone_and_the_same_twice(
      @ForAll("zones") ZoneId zone,
      @ForAll @LongRange(min = 1_300_000_000L, max = 1_760_000_000L) long start,
      @ForAll @IntRange(min = 60, max = 86_400) int lasting,
      @ForAll @IntRange(min = 0, max = 86_400) int asleep) {
    Translation night = RowsOf.sleep(night(zone, start, lasting, asleep));
    Observation summary = (Observation) night.produced().get(0).resource();
    var period = summary.getEffectivePeriod();

    assertThat(period.getStart().toInstant()).isEqualTo(Instant.ofEpochSecond(start));
    assertThat(period.getEnd().toInstant()).isEqualTo(Instant.ofEpochSecond(start + lasting));
    assertThat(OffsetDateTime.parse(period.getStartElement().getValueAsString()).getOffset())
        .isEqualTo(zone.getRules().getOffset(Instant.ofEpochSecond(start)));
    assertThat(OffsetDateTime.parse(period.getEndElement().getValueAsString()).getOffset())
        .isEqualTo(zone.getRules().getOffset(Instant.ofEpochSecond(start + lasting)));
    BigDecimal minutes = summary.getValueQuantity().getValue();
    assertThat(minutes.multiply(BigDecimal.valueOf(60)).subtract(BigDecimal.valueOf(asleep)).abs())
        .isLessThanOrEqualTo(new BigDecimal("0.3"));
    assertThat(minutes.scale()).isBetween(0, 2);
    Produced again = RowsOf.sleep(night(zone, start, lasting, asleep)).produced().get(0);
    assertThat(ContentHash.of(again.resource()))
        .isEqualTo(ContentHash.of(night.produced().get(0).resource()));
  }

  /** Otherwise rows that were not requested would count as removed. */
  @Property(tries = 500)
  void whatever_lies_in_a_window_is_asked_for(
      @ForAll("zones") ZoneId zone,
      @ForAll @LongRange(min = 1_300_000_000L, max = 2_000_000_000L) long from,
      @ForAll @IntRange(min = 0, max = 400_000) int length,
      @ForAll @IntRange(min = 0, max = 400_000) int into,
      @ForAll @IntRange(min = 60, max = 86_400) int lasting) {
    Instant start = Instant.ofEpochSecond(from + Math.min(into, length));
    Window window = new Window(Instant.ofEpochSecond(from), Instant.ofEpochSecond(from + length));
    LocalDate begins = LocalDate.ofInstant(start, zone);
    LocalDate ends = LocalDate.ofInstant(start.plusSeconds(lasting), zone);

    // A workout and a night may be listed under the day of their beginning or of their end.
    assertAsked(DataKind.WORKOUTS, window, begins);
    assertAsked(DataKind.WORKOUTS, window, ends);
    assertAsked(DataKind.SLEEP, window, begins);
    assertAsked(DataKind.SLEEP, window, ends);
    Instant midnight = begins.atStartOfDay(zone).toInstant();
    if (!midnight.isBefore(window.from()) && !midnight.isAfter(window.to())) {
      assertAsked(DataKind.ACTIVITY, window, begins);
    }
  }

  @Property(tries = 300)
  void a_day_is_final_from_the_moment_it_is_over(
      @ForAll("zones") ZoneId zone, @ForAll @IntRange(min = -100_000, max = 100_000) int seconds) {
    LocalDate date = LocalDate.of(2024, 10, 27);
    Instant over = date.plusDays(1).atStartOfDay(zone).toInstant();
    Translation translation =
        RowsOf.activity(body(day(date, zone)), over.plusSeconds(seconds), ForeignData.SKIP);
    Observation steps = (Observation) translation.produced().get(0).resource();

    assertThat(steps.getStatus().toCode()).isEqualTo(seconds < 0 ? "preliminary" : "final");
    assertThat(steps.getCode().hasCoding("http://loinc.org", "41950-7")).isEqualTo(seconds >= 0);
  }

  @Property(tries = 100)
  void any_distance_comes_out_as_the_decimal_that_went_in_unless_fhir_cannot_write_it(
      @ForAll BigDecimal metres) {
    ObjectNode row = day(LocalDate.of(2024, 1, 9), ZoneOffset.UTC);
    row.remove("steps");
    row.put("distance", metres);
    Translation translation = RowsOf.activity(body(row), RowsOf.LATER, ForeignData.SKIP);

    boolean writable =
        metres.signum() >= 0
            && metres.compareTo(new BigDecimal(1_100_000)) <= 0
            && Decimals.fit(metres);
    assertThat(translation.produced()).hasSize(writable ? 1 : 0);
    translation
        .produced()
        .forEach(
            produced -> {
              FhirValidation.assertValid(produced.resource());
              assertThat(((Observation) produced.resource()).getValueQuantity().getValue())
                  .isEqualByComparingTo(metres);
            });
  }

  @Provide
  Arbitrary<ZoneId> zones() {
    List<String> zones =
        List.of(
            "UTC",
            "Europe/Paris",
            "America/New_York",
            "America/Sao_Paulo",
            "Asia/Beirut",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "Pacific/Kiritimati",
            "Pacific/Pago_Pago",
            "Pacific/Apia",
            "Africa/Cairo",
            "America/Havana");
    return Arbitraries.of(zones).map(ZoneId::of);
  }

  private static void assertAsked(DataKind kind, Window window, LocalDate day) {
    SyncRequest request =
        new SyncRequest(
            1,
            1,
            0,
            new AccountRef(new UUID(0, 1), "withings", "someone", "4711", "1"),
            kind,
            Priority.LIVE,
            window,
            null,
            1,
            new UUID(0, 2),
            "the-correlation",
            Instant.EPOCH);
    WithingsCall call =
        DataCall.of(FetchRequest.first(request, window.to().plus(Duration.ofDays(1))));
    assertThat(day)
        .isBetween(
            LocalDate.parse(call.fields().get("startdateymd")),
            LocalDate.parse(call.fields().get("enddateymd")));
  }

  private static ObjectNode day(LocalDate date, ZoneId zone) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("date", date.toString())
        .put("timezone", zone.getId())
        .put("steps", 10);
  }

  private static ObjectNode night(ZoneId zone, long start, int lasting, int asleep) {
    ObjectNode night = JsonNodeFactory.instance.objectNode();
    night
        .put("id", 5)
        .put("timezone", zone.getId())
        .put("startdate", start)
        .put("enddate", start + lasting)
        .put("modified", start + lasting);
    night.putObject("data").put("total_sleep_time", asleep);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putArray("series").add(night);
    return body;
  }

  private static ObjectNode body(ObjectNode row) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putArray("activities").add(row);
    return body;
  }
}
