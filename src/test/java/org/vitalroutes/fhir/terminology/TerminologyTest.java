package org.vitalroutes.fhir.terminology;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hl7.fhir.r5.model.CodeSystem;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.ConceptMap;
import org.hl7.fhir.r5.model.Resource;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.junit.jupiter.api.Test;
import org.vitalroutes.fhir.Goldens;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.ServerBase;
import org.vitalroutes.testsupport.FhirValidation;

class TerminologyTest {
  private static final Terminology TERMINOLOGY =
      new Terminology(new Identifiers(Identifiers.DEFAULT_NAMESPACE));
  private static final ServerBase SERVER = new ServerBase("http://localhost/fhir");
  private static final Map<String, Map<String, String>> DISPLAYS =
      TERMINOLOGY.codeSystems().stream()
          .collect(
              Collectors.toMap(
                  CodeSystem::getUrl,
                  system ->
                      system.getConcept().stream()
                          .collect(
                              Collectors.toMap(
                                  CodeSystem.ConceptDefinitionComponent::getCode,
                                  CodeSystem.ConceptDefinitionComponent::getDisplay))));

  @Test
  void every_local_code_of_a_resource_is_in_its_code_system_with_its_display() {
    Set<String> used = new TreeSet<>();
    for (Resource resource : Goldens.resources()) {
      for (Coding coding :
          FhirContext.forR5Cached()
              .newTerser()
              .getAllPopulatedChildElementsOfType(resource, Coding.class)) {
        if (coding.getSystem().startsWith(Identifiers.DEFAULT_NAMESPACE) && coding.hasDisplay()) {
          used.add(coding.getSystem());
          assertThat(DISPLAYS.get(coding.getSystem()))
              .as(coding.getSystem())
              .isNotNull()
              .containsEntry(coding.getCode(), coding.getDisplay());
        }
      }
    }
    assertThat(used).hasSizeGreaterThan(8);
  }

  @Test
  void every_resource_is_valid_where_the_code_systems_are_known() {
    assertThat(Goldens.resources())
        .flatExtracting(FhirValidation::errorsWithOwnCodeSystems)
        .isEmpty();
  }

  @Test
  void the_terminology_is_valid_itself() {
    assertThat(TERMINOLOGY.bundle(SERVER).getEntry())
        .extracting(entry -> entry.getResource())
        // The validator of the tests knows too few types to judge a profile; ProfilesTest uses
        // them.
        .filteredOn(resource -> !(resource instanceof StructureDefinition))
        .hasSizeGreaterThan(10)
        .allSatisfy(FhirValidation::assertValid);
  }

  @Test
  void it_is_the_same_every_time() {
    assertThat(FhirValidation.encode(TERMINOLOGY.bundle(SERVER)))
        .isEqualTo(FhirValidation.encode(TERMINOLOGY.bundle(SERVER)));
  }

  @Test
  void the_map_says_what_the_tables_say() {
    ConceptMap.ConceptMapGroupComponent types = TERMINOLOGY.conceptMap().getGroup().get(0);

    assertThat(types.getSource()).endsWith("/CodeSystem/measure-type");
    assertThat(types.getElement())
        .filteredOn(element -> List.of("1", "54", "88").contains(element.getCode()))
        .extracting(
            element ->
                element.getCode()
                    + element.getTarget().stream()
                        .map(target -> " " + target.getCode() + " " + target.getRelationship())
                        .collect(Collectors.joining()))
        .containsExactly(
            "1 29463-7 EQUIVALENT",
            "54 2708-6 RELATEDTO 59408-5 RELATEDTO",
            "88 101685-6 EQUIVALENT");
  }
}
