package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vitalroutes.testsupport.MeasureReply.reply;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Patient;
import org.hl7.fhir.r5.model.Reference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.testsupport.MeasureReply;

class BodyMassIndexTest {

  private static final Identifiers IDENTIFIERS = new Identifiers(Identifiers.DEFAULT_NAMESPACE);
  private static final BodyMassIndex INDEX = new BodyMassIndex(IDENTIFIERS);
  private static final String WEIGHED = "2024-03-01T07:00:00Z";

  @Test
  void a_weight_and_a_height_have_an_index_that_is_valid_in_r4_and_r5_and_names_both() {
    List<Produced> page =
        translated(height("2024-02-20T07:00:00Z", 1, 1850), weight(WEIGHED, 2, 72_350));

    Produced index = only(page, List.of(), null);

    Observation observation = (Observation) index.resource();
    FhirValidation.assertValid(observation);
    FhirValidation.assertValid(WireFormat.inVersion(observation, FhirVersion.R4));
    assertThat(observation.getValueQuantity().getValue()).hasToString("21.1");
    assertThat(observation.getValueQuantity().getCode()).isEqualTo("kg/m2");
    assertThat(observation.getEffectiveDateTimeType().getValueAsString())
        .isEqualTo(
            observation(page, "meas-4711-2-1").getEffectiveDateTimeType().getValueAsString());
    assertThat(observation.getDerivedFrom())
        .extracting(Reference::getReference)
        .containsExactly(
            "Observation/" + IDENTIFIERS.id("1", "meas-4711-2-1"),
            "Observation/" + IDENTIFIERS.id("1", "meas-4711-1-4"));
    assertThat(observation.getIdentifier())
        .extracting(each -> each.getValue())
        .containsExactly("bmi-4711-2", "meas-4711-2");
  }

  @Test
  void its_key_belongs_to_the_group_of_the_weight_and_sorts_before_what_it_refers_to() {
    String key = Identifiers.bodyMassKey("meas-4711--2-1");

    assertThat(key).isEqualTo("bmi-4711--2").isLessThan("meas-");
    assertThat(Identifiers.rows(key, Instant.EPOCH)).isEqualTo(Set.of("meas-4711--2"));
    assertThat(Identifiers.kind(key, "4711")).isEqualTo(Identifiers.kind("meas-4711--2-1", "4711"));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          of an adult of a year ago,            2023-03-01T07:00:00Z, 1980-05-06, 21.1
          of an adult of more than a year ago,  2023-03-01T06:59:59Z, 1980-05-06, -
          on the day of coming of age,          2023-06-01T07:00:00Z, 2005-06-01, 21.1
          on the day before,                    2023-06-01T07:00:00Z, 2005-06-02, -
          of a child of 30 days ago,            2024-01-31T07:00:00Z, 2012-06-02, 21.1
          of a child of more,                   2024-01-31T06:59:59Z, 2012-06-02, -
          of a person of unknown age,           2024-01-31T06:59:59Z, -,          -
          of a year of birth alone,             2023-06-01T07:00:00Z, 2004,       21.1
          of one in which it may be a child's,  2023-06-01T07:00:00Z, 2005,       -
          of a month of birth alone,            2023-06-30T07:00:00Z, 2005-06,    21.1
          of one that may end later,            2023-06-29T07:00:00Z, 2005-06,    -
          at the same moment,                   2024-03-01T07:00:00Z, -,          21.1
          after the weight,                     2024-03-01T07:00:01Z, 1980-05-06, -
          """)
  void a_height_counts_or_not(
      String ignored, String measured, @Nullable String born, @Nullable String index) {
    List<Produced> page = translated(height(measured, 1, 1850), weight(WEIGHED, 2, 72_350));

    assertThat(values(page, List.of(), born)).isEqualTo(index == null ? List.of() : List.of(index));
  }

  @Test
  void the_last_height_before_the_weight_counts_wherever_it_comes_from() {
    List<Produced> page =
        translated(height("2024-02-10T07:00:00Z", 1, 1850), weight(WEIGHED, 2, 72_350));
    List<Observation> older = heights(height("2024-02-09T07:00:00Z", 3, 1700));
    List<Observation> newer = heights(height("2024-02-11T07:00:00Z", 4, 1800));

    assertThat(values(page, older, null)).containsExactly("21.1");
    assertThat(values(page, newer, null)).containsExactly("22.3");
  }

  @Test
  void a_withdrawn_height_does_not_count() {
    List<Observation> heights = heights(height("2024-02-11T07:00:00Z", 4, 1800));
    heights.get(0).setStatus(ObservationStatus.ENTEREDINERROR);

    assertThat(INDEX.of(translated(weight(WEIGHED, 2, 72_350)), heights, null)).isEmpty();
  }

  @Test
  void an_edited_height_makes_its_indexes_amended_and_the_newest_change_is_when_they_were_issued() {
    List<Produced> page =
        translated(
            height("2024-02-11T07:00:00Z", 4, 1800)
                .with("modified", Instant.parse("2024-05-01T00:00:00Z").getEpochSecond()),
            weight(WEIGHED, 2, 72_350));

    Observation index = (Observation) only(page, List.of(), null).resource();

    assertThat(index.getStatus()).isEqualTo(ObservationStatus.AMENDED);
    assertThat(index.getIssued().toInstant()).isEqualTo(Instant.parse("2024-05-01T00:00:00Z"));
  }

  @Test
  void a_measured_weight_and_an_entered_height_are_asserted_by_both() {
    Translation labelled =
        new SecurityLabels(true)
            .label(
                translate(
                    height("2024-02-11T07:00:00Z", 4, 1800).with("attrib", 2),
                    weight(WEIGHED, 2, 72_350)));

    assertThat(
            only(labelled.produced(), List.of(), null).resource().getMeta().getSecurity().stream()
                .map(Coding::getCode))
        .containsExactly("DEVAST", "PATAST");
  }

  @Test
  void only_the_heights_that_a_weight_needs_are_read() {
    List<Instant> heights =
        List.of(
            Instant.parse("2022-01-01T00:00:00Z"),
            Instant.parse("2023-05-01T00:00:00Z"),
            Instant.parse("2023-06-01T00:00:00Z"),
            Instant.parse("2024-04-01T00:00:00Z"));

    assertThat(
            BodyMassIndex.needed(
                List.of(Instant.parse(WEIGHED), Instant.parse("2024-02-01T00:00:00Z")),
                heights,
                each -> each))
        .containsExactly(Instant.parse("2023-06-01T00:00:00Z"));
  }

  @Property(tries = 300)
  void the_index_is_the_quotient_to_half_of_its_last_digit(
      @ForAll @IntRange(min = 200, max = 650_000) int grams,
      @ForAll @IntRange(min = 200, max = 2_800) int millimetres) {
    BigDecimal index =
        new BigDecimal(
            values(
                    translated(height(WEIGHED, 1, millimetres), weight(WEIGHED, 2, grams)),
                    List.of(),
                    null)
                .get(0));
    BigDecimal metres = BigDecimal.valueOf(millimetres, 3);
    BigDecimal half = new BigDecimal("0.05").multiply(metres.pow(2));

    assertThat(index.scale()).isEqualTo(1);
    assertThat(index.multiply(metres.pow(2)).subtract(BigDecimal.valueOf(grams, 3)).abs())
        .isLessThanOrEqualTo(half);
  }

  private static MeasureReplyGroup height(String at, long grpid, int millimetres) {
    return new MeasureReplyGroup(at, grpid, 4, millimetres, Map.of());
  }

  private static MeasureReplyGroup weight(String at, long grpid, int grams) {
    return new MeasureReplyGroup(at, grpid, 1, grams, Map.of());
  }

  /** A group with a single measure, in thousandths. */
  private record MeasureReplyGroup(
      String at, long grpid, int type, int value, Map<String, Long> fields) {

    MeasureReplyGroup with(String field, long changed) {
      return new MeasureReplyGroup(at, grpid, type, value, Map.of(field, changed));
    }

    void addTo(MeasureReply reply) {
      long second = Instant.parse(at).getEpochSecond();
      reply.group(
          grpid,
          group -> {
            group
                .measure(type, value, -3)
                .with("date", second)
                .with("created", second)
                .with("modified", second);
            fields.forEach(group::with);
          });
    }
  }

  private static Translation translate(MeasureReplyGroup... groups) {
    MeasureReply reply = reply();
    for (MeasureReplyGroup group : groups) {
      group.addTo(reply);
    }
    return new MeasureTranslator(MeasureTable.standard(), IDENTIFIERS)
        .translate(reply.page(), new Subject("Patient/1", "4711"), RowsOf.LATER, Map.of());
  }

  private static List<Produced> translated(MeasureReplyGroup... groups) {
    return translate(groups).produced();
  }

  private static List<Observation> heights(MeasureReplyGroup... groups) {
    List<Observation> heights = new ArrayList<>();
    for (Produced each : translated(groups)) {
      if (Identifiers.isHeight(each.key())) {
        heights.add((Observation) each.resource());
      }
    }
    return heights;
  }

  private static Observation observation(List<Produced> page, String key) {
    return page.stream()
        .filter(each -> each.key().equals(key))
        .map(each -> (Observation) each.resource())
        .findFirst()
        .orElseThrow();
  }

  private static List<Produced> of(
      List<Produced> page, List<Observation> heights, @Nullable String born) {
    Patient patient = new Patient();
    patient.getBirthDateElement().setValueAsString(born);
    return INDEX.of(page, heights, BodyMassIndex.born(patient));
  }

  private static Produced only(
      List<Produced> page, List<Observation> heights, @Nullable String born) {
    List<Produced> indexes = of(page, heights, born);
    assertThat(indexes).hasSize(1);
    return indexes.get(0);
  }

  private static List<String> values(
      List<Produced> page, List<Observation> heights, @Nullable String born) {
    return of(page, heights, born).stream()
        .map(each -> ((Observation) each.resource()).getValueQuantity().getValue().toString())
        .toList();
  }
}
