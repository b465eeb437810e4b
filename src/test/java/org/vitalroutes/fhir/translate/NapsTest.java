package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.sync.DeliveredRow;
import org.vitalroutes.testsupport.FhirValidation;

class NapsTest {

  private static final Naps NAPS = new Naps(new Identifiers(Identifiers.DEFAULT_NAMESPACE));

  @Test
  void a_sleep_after_the_night_is_a_nap_and_valid() {
    Translation translation =
        RowsOf.sleep(
            RowsOf.tree(
                """
                {"series": [
                  %s,
                  %s]}
                """
                    .formatted(
                        row(1, "2024-01-08T22:00:00Z", "2024-01-09T06:00:00Z"),
                        row(2, "2024-01-09T13:00:00Z", "2024-01-09T14:00:00Z"))));

    Observation nap = RowsOf.observation(translation, "sleep-4711-2");
    FhirValidation.assertValid(nap);
    assertThat(isNap(nap)).isTrue();
    assertThat(nap.getComponent())
        .last()
        .satisfies(
            part -> {
              assertThat(part.getCode().getCodingFirstRep().getCode()).isEqualTo("nap");
              assertThat(part.getValueBooleanType().booleanValue()).isTrue();
            });
    assertThat(isNap(RowsOf.observation(translation, "sleep-4711-1"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          the same night of another device,       2024-01-08T22:30:00Z, 2024-01-09T05:00:00Z, false
          the end of a night that was interrupted, 2024-01-09T06:30:00Z, 2024-01-09T07:30:00Z, true
          the evening of the same local day,      2024-01-09T21:00:00Z, 2024-01-09T22:30:00Z, true
          the night of the next local day,        2024-01-09T22:00:00Z, 2024-01-09T23:30:00Z, false
          """)
  void beside_a_night_of_eight_hours_a_sleep_is_a_nap_or_not(
      String ignored, Instant start, Instant end, boolean nap) {
    Produced sleep = produced(2, start, end);

    assertThat(isNap(NAPS.mark(List.of(sleep), List.of(NIGHT)).get(0))).isEqualTo(nap);
  }

  @Test
  void of_two_sleeps_of_the_same_length_the_earlier_is_the_main_one() {
    Produced first = produced(2, "2024-01-09T01:00:00Z", "2024-01-09T02:00:00Z");
    Produced second = produced(1, "2024-01-09T03:00:00Z", "2024-01-09T04:00:00Z");

    assertThat(NAPS.mark(List.of(second, first), List.of()))
        .extracting(NapsTest::isNap)
        .containsExactly(true, false);
  }

  @Test
  void what_was_delivered_of_the_same_night_before_does_not_make_it_a_nap() {
    assertThat(
            NAPS.mark(
                List.of(produced(1, "2024-01-09T01:00:00Z", "2024-01-09T02:00:00Z")),
                List.of(NIGHT)))
        .noneMatch(NapsTest::isNap);
  }

  @Test
  void heart_rate_and_stages_of_a_nap_are_neither_marked_nor_counted_as_sleeps() {
    Produced night = produced(2, "2024-01-09T01:00:00Z", "2024-01-09T02:00:00Z");
    DeliveredRow stages =
        new DeliveredRow("sleep-4711-1-stages", Set.of(), NIGHT.from(), NIGHT.until());

    assertThat(NAPS.mark(List.of(night), List.of(stages))).containsExactly(night);
  }

  @Test
  void a_nap_is_marked_once() {
    List<Produced> marked =
        NAPS.mark(
            List.of(produced(2, "2024-01-09T13:00:00Z", "2024-01-09T14:00:00Z")), List.of(NIGHT));

    assertThat(NAPS.mark(marked, List.of(NIGHT)))
        .singleElement()
        .satisfies(
            again -> assertThat(again.resource().equalsDeep(marked.get(0).resource())).isTrue());
  }

  @ParameterizedTest
  @CsvSource({"36000, true, final", "90000, true, amended", "90000, false, preliminary"})
  void a_night_that_was_changed_long_after_it_was_complete_is_amended(
      int later, boolean completed, String status) {
    Translation translation =
        RowsOf.sleep(
            RowsOf.tree(
                """
                {"series": [{"id": 7, "startdate": 1704760000, "enddate": 1704790000,
                  "created": 1704790100, "modified": %d, "completed": %s,
                  "data": {"total_sleep_time": 25000, "hr_average": 60}}]}
                """
                    .formatted(1704790100L + later, completed)));

    assertThat(
            Stream.of("sleep-4711-7", "sleep-4711-7-hr")
                .map(key -> RowsOf.observation(translation, key).getStatus()))
        .containsOnly(ObservationStatus.valueOf(status.toUpperCase(Locale.ROOT)));
  }

  private static final DeliveredRow NIGHT =
      new DeliveredRow(
          "sleep-4711-1",
          Set.of(),
          Instant.parse("2024-01-08T22:00:00Z"),
          Instant.parse("2024-01-09T06:00:00Z"));

  private static String row(long id, String start, String end) {
    return """
        {"id": %d, "timezone": "Europe/Paris", "startdate": %d, "enddate": %d,
         "data": {"total_sleep_time": 3000, "hr_average": 55}}
        """
        .formatted(id, Instant.parse(start).getEpochSecond(), Instant.parse(end).getEpochSecond());
  }

  private static Produced produced(long id, String start, String end) {
    return produced(id, Instant.parse(start), Instant.parse(end));
  }

  private static Produced produced(long id, Instant start, Instant end) {
    return RowsOf.sleep(
            RowsOf.tree("{\"series\": [" + row(id, start.toString(), end.toString()) + "]}"))
        .produced()
        .stream()
        .filter(each -> each.key().equals("sleep-4711-" + id))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isNap(Produced produced) {
    return isNap((Observation) produced.resource());
  }

  private static boolean isNap(Observation observation) {
    return observation.getComponent().stream()
        .anyMatch(part -> part.getCode().getCodingFirstRep().getCode().equals("nap"));
  }
}
