package org.vitalroutes.fhir.terminology;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.NpmPackageValidationSupport;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vitalroutes.fhir.Goldens;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.testsupport.FhirValidation;

class GuidePackageTest {

  private static final Identifiers IDENTIFIERS = new Identifiers(Identifiers.DEFAULT_NAMESPACE);
  private static final GuidePackage GUIDE = new GuidePackage(IDENTIFIERS, "1.2.3");

  @ParameterizedTest
  @CsvSource({"R4, r4, 4.0.1", "R5, r5, 5.0.0"})
  void a_package_says_what_it_is_and_for_which_version(
      FhirVersion version, String name, String number) throws IOException {
    NpmPackage read = NpmPackage.fromPackage(new ByteArrayInputStream(GUIDE.of(version)));

    assertThat(read.name()).isEqualTo("org.vitalroutes.withings." + name);
    assertThat(read.version()).isEqualTo("1.2.3");
    assertThat(read.fhirVersion()).isEqualTo(number);
    assertThat(read.dependencies()).containsExactly("hl7.fhir." + name + ".core#" + number);
    assertThat(read.listResources("ImplementationGuide")).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"R4", "R5"})
  void a_package_is_the_same_every_time(FhirVersion version) {
    assertThat(GUIDE.of(version)).isEqualTo(GUIDE.of(version));
  }

  @ParameterizedTest
  @EnumSource(names = {"R4", "R5"})
  void a_validator_that_loads_the_package_judges_by_its_profiles(FhirVersion version)
      throws Exception {
    NpmPackageValidationSupport loaded = load(version);
    assertThat(loaded.fetchAllNonBaseStructureDefinitions())
        .hasSameSizeAs(new Profiles(IDENTIFIERS).all());
    new Terminology(IDENTIFIERS)
        .codeSystems()
        .forEach(system -> assertThat(loaded.fetchCodeSystem(system.getUrl())).isNotNull());
    FhirValidator validator = FhirValidation.knowing(version, loaded);
    Observation night = night();
    Observation inHours = night.copy();
    inHours.getValueQuantity().setCode("h");

    assertThat(errors(validator, WireFormat.json(night, version))).isEmpty();
    assertThat(errors(validator, WireFormat.json(inHours, version))).isNotEmpty();
  }

  private static List<String> errors(FhirValidator validator, String json) {
    return validator
        .validateWithResult(json, new ValidationOptions().addProfile(IDENTIFIERS.profile("night")))
        .getMessages()
        .stream()
        .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .map(SingleValidationMessage::getMessage)
        .toList();
  }

  private static Observation night() {
    return Goldens.resources().stream()
        .filter(Observation.class::isInstance)
        .map(Observation.class::cast)
        .filter(each -> Identifiers.isNight(each.getIdentifierFirstRep().getValue()))
        .findFirst()
        .orElseThrow();
  }

  /** HAPI takes packages from the classpath only. */
  private static NpmPackageValidationSupport load(FhirVersion version)
      throws IOException, URISyntaxException {
    String name = "guide-" + version + ".tgz";
    Path classes =
        Path.of(GuidePackageTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Files.write(classes.resolve(name), GUIDE.of(version));
    NpmPackageValidationSupport support = new NpmPackageValidationSupport(version.context());
    support.loadPackageFromClasspath("classpath:" + name);
    return support;
  }
}
