package org.vitalroutes.fhir.table;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.fhir.ucum.UcumEssenceService;
import org.fhir.ucum.UcumException;
import org.hl7.fhir.r5.model.Quantity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.fhir.Goldens;
import org.vitalroutes.fhir.table.MeasureTable.Unit;

/** Every unit that can be written is one of UCUM, by UCUM's own definitions. */
class UnitsTest {

  private static final UcumEssenceService UCUM = ucum();

  @ParameterizedTest
  @MethodSource("units")
  void a_unit_of_the_tables_is_one_of_ucum(String code) {
    assertThat(UCUM.validate(code)).isNull();
  }

  /** Some units stand in the code and in no table, such as the microvolts of a curve. */
  @Test
  void every_unit_of_a_resource_is_one_of_ucum() {
    assertThat(
            Goldens.resources().stream()
                .flatMap(
                    each ->
                        FhirContext.forR5Cached()
                            .newTerser()
                            .getAllPopulatedChildElementsOfType(each, Quantity.class)
                            .stream())
                .map(Quantity::getCode)
                .distinct())
        .hasSizeGreaterThan(10)
        .allSatisfy(code -> assertThat(UCUM.validate(code)).as(code).isNull());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bpm", "beats/min", "steps", "mmHg", "Kg"})
  void a_unit_that_ucum_does_not_have_is_found(String code) {
    assertThat(UCUM.validate(code)).isNotNull();
  }

  static Stream<String> units() {
    MeasureTable measures = MeasureTable.standard();
    return Stream.of(
            measures.types().stream()
                .map(type -> measures.required(type).unit())
                .filter(Objects::nonNull)
                .map(Unit::code),
            FieldTable.all().stream()
                .flatMap(table -> table.fields().values().stream())
                .map(field -> field.unit().code()),
            Arrays.stream(VitalProfile.values()).flatMap(profile -> profile.units().stream()))
        .flatMap(each -> each)
        .distinct()
        .sorted();
  }

  private static UcumEssenceService ucum() {
    try (InputStream definitions = UnitsTest.class.getResourceAsStream("/ucum-essence.xml")) {
      return new UcumEssenceService(definitions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (UcumException e) {
      throw new IllegalStateException(e);
    }
  }
}
