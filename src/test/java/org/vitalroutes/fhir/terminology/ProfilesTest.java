package org.vitalroutes.fhir.terminology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.DateTimeType;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.junit.jupiter.api.Test;
import org.vitalroutes.fhir.Goldens;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.table.Loinc;
import org.vitalroutes.testsupport.FhirValidation;

class ProfilesTest {
  private static final Identifiers IDENTIFIERS = new Identifiers(Identifiers.DEFAULT_NAMESPACE);
  private static final Map<String, String> NAMES =
      Map.of(
          "act-4711-\\d{8}(?:-[0-9a-f]{40}|-external-\\d+)?-([a-z-]+)", "activity-$1",
          "workout-4711-\\d+", "workout",
          "workout-4711-\\d+-([a-z0-9]+)", "workout-$1",
          "sleep-4711-\\d+", "night",
          "sleep-4711-\\d+-(hr)", "night-$1",
          "ecg-4711-\\d+", "ecg",
          "meas-4711-\\d+-(5|6|8|76|77|88)", "body-composition");

  @Test
  void what_is_made_keeps_the_profile_of_its_kind() {
    Set<String> kept = new TreeSet<>();
    for (Observation observation : observations()) {
      String profile = profile(observation);
      assertThat(FhirValidation.errorsByProfile(observation, profile))
          .as("%s by %s", key(observation), profile)
          .isEmpty();
      kept.add(profile);
    }

    assertThat(kept)
        .isEqualTo(
            new Profiles(IDENTIFIERS)
                .all().stream().map(StructureDefinition::getUrl).collect(Collectors.toSet()));
  }

  @Test
  void what_is_made_otherwise_is_refused() {
    Observation steps = first("act-.*-steps");
    steps.getValueQuantity().setCode("m");
    Observation night = first("sleep-4711-\\d+");
    night.setEffective(new DateTimeType("2024-03-31T04:00:00+02:00"));
    Observation deepInHours = first("sleep-4711-\\d+");
    deepInHours.getComponent().stream()
        .filter(each -> each.getCode().getCodingFirstRep().getCode().equals("93831-6"))
        .forEach(each -> each.getValueQuantity().setCode("h"));
    Observation workout = first("workout-4711-\\d+");
    workout.getCategoryFirstRep().getCodingFirstRep().setCode("exam");
    Observation fat = first("meas-4711-\\d+-6");
    fat.getCode().getCoding().removeIf(code -> !code.getSystem().equals(Loinc.SYSTEM));

    assertThat(List.of(steps, night, deepInHours, workout, fat))
        .allSatisfy(
            wrong ->
                assertThat(FhirValidation.errorsByProfile(wrong, profile(wrong))).isNotEmpty());
  }

  private static Observation first(String key) {
    return observations().stream()
        .filter(each -> key(each).matches(key))
        .findFirst()
        .orElseThrow()
        .copy();
  }

  private static List<Observation> observations() {
    return Goldens.resources().stream()
        .flatMap(each -> each instanceof Observation made ? Stream.of(made) : Stream.of())
        .filter(each -> NAMES.keySet().stream().anyMatch(key(each)::matches))
        .toList();
  }

  private static String profile(Observation observation) {
    return NAMES.entrySet().stream()
        .filter(name -> key(observation).matches(name.getKey()))
        .map(name -> key(observation).replaceFirst("^" + name.getKey() + "$", name.getValue()))
        .map(IDENTIFIERS::profile)
        .findFirst()
        .orElseThrow();
  }

  private static String key(Observation observation) {
    return observation.getIdentifierFirstRep().getValue();
  }
}
