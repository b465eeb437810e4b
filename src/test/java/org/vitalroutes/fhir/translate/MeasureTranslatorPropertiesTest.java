package org.vitalroutes.fhir.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vitalroutes.testsupport.MeasureReply.reply;

import ca.uhn.fhir.context.FhirContext;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.hl7.fhir.r5.model.Observation;
import org.vitalroutes.fhir.ContentHash;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.testsupport.MeasureReply;

class MeasureTranslatorPropertiesTest {
  private static final Subject PATIENT = new Subject("Patient/1", "4711");
  private static final MeasureTable TABLE = MeasureTable.standard();

  private final MeasureTranslator translator =
      new MeasureTranslator(TABLE, new Identifiers(Identifiers.DEFAULT_NAMESPACE));

  @Property(tries = 200)
  void any_weight_comes_out_as_the_decimal_that_went_in_unless_fhir_cannot_write_it(
      @ForAll long value, @ForAll @IntRange(min = -20, max = 20) int unit) {
    BigDecimal meant = BigDecimal.valueOf(value, -unit).setScale(Math.max(0, -unit));
    Translation translation =
        translator.translate(
            reply().group(1, group -> group.measure(1, value, unit)).page(),
            PATIENT,
            RowsOf.LATER,
            Map.of());
    boolean writable = meant.precision() - meant.scale() <= 18 && meant.scale() <= 17;
    boolean plausible =
        meant.compareTo(new BigDecimal("0.2")) >= 0 && meant.compareTo(new BigDecimal(650)) <= 0;
    if (!writable || !plausible) {
      assertThat(translation.produced()).isEmpty();
      assertThat(translation.skipped())
          .containsExactly(
              new Skipped(writable ? SkipReason.IMPLAUSIBLE : SkipReason.UNKNOWN_VALUE, 1, 1));
      return;
    }
    Observation weight = (Observation) translation.produced().get(1).resource();
    FhirValidation.assertValid(weight);
    BigDecimal written =
        FhirContext.forR5Cached()
            .newJsonParser()
            .parseResource(Observation.class, FhirValidation.encode(weight))
            .getValueQuantity()
            .getValue();
    assertThat(written).isEqualByComparingTo(meant);
    if (value != 0) {
      assertThat(written.scale()).isEqualTo(Math.max(0, -unit));
    }
  }

  @Property(tries = 50)
  void translating_twice_gives_the_same_bytes_whatever_the_order_of_groups(
      @ForAll("groups") List<Odd> groups, @ForAll Random random) {
    List<Odd> shuffled = new ArrayList<>(groups);
    Collections.shuffle(shuffled, random);
    assertThat(hashes(translate(shuffled))).isEqualTo(hashes(translate(groups)));
  }

  @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
  void whatever_comes_is_translated_or_counted_and_valid(@ForAll("groups") List<Odd> groups) {
    Translation translation = translate(groups);
    translation.produced().forEach(produced -> FhirValidation.assertValid(produced.resource()));
    assertThat(translation.produced())
        .extracting(Produced::key)
        .doesNotHaveDuplicates()
        .isSorted()
        .allMatch(key -> key.matches("[A-Za-z0-9-]+"));
    assertThat(translation.skipped()).allMatch(skipped -> skipped.count() > 0);
  }

  /** Each group has its own id, as only then their order says nothing. */
  private Translation translate(List<Odd> groups) {
    MeasureReply reply = reply();
    for (Odd odd : groups) {
      reply.group(
          odd.grpid(),
          group -> {
            group.with("attrib", odd.attrib()).with("modelid", odd.model());
            odd.measures().forEach(m -> group.measureAt(m.position(), m.type(), m.value(), -2));
          });
    }
    return translator.translate(reply.page(), PATIENT, RowsOf.LATER, Map.of());
  }

  private static List<String> hashes(Translation translation) {
    return translation.produced().stream()
        .map(produced -> produced.key() + " " + ContentHash.of(produced.resource()))
        .toList();
  }

  @Provide
  Arbitrary<List<Odd>> groups() {
    List<Integer> types = new ArrayList<>(TABLE.types());
    types.add(35);
    types.add(999);
    Arbitrary<OddMeasure> measures =
        Combinators.combine(
                Arbitraries.of(types),
                Arbitraries.longs().between(-1000, 500_000),
                Arbitraries.integers().between(-1, 31))
            .as(OddMeasure::new);
    return Combinators.combine(
            Arbitraries.longs().between(1, Long.MAX_VALUE),
            Arbitraries.of(0, 1, 2, 4, 5, 7, 8, 15, 17),
            Arbitraries.of(4, 10, 45, 70, 94, 97, 1061),
            measures.list().ofMaxSize(8))
        .as(Odd::new)
        .list()
        .uniqueElements(Odd::grpid)
        .ofMaxSize(5);
  }

  record Odd(long grpid, int attrib, int model, List<OddMeasure> measures) {}

  record OddMeasure(int type, long value, int position) {}
}
