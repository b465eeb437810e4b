package org.vitalroutes.testsupport;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport.IssueSeverity;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationOptions;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.CodeSystem;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.terminology.Profiles;
import org.vitalroutes.fhir.terminology.Terminology;
import org.vitalroutes.fhir.wire.FhirVersion;

/**
 * Validates resources by the rules of R5, R4 or R4B: types, required codes, units and the vital
 * signs profiles. It does not know LOINC, SNOMED CT or our own code systems; the test of the
 * measure table checks their codes.
 *
 * <p>The validator reads its registry of OIDs, 1.5 MB, again for each resource. None of ours has
 * one, so an empty {@code oidregistry.csv} comes before it on the class path.
 */
public final class FhirValidation {
  private static final Identifiers OWN = new Identifiers(Identifiers.DEFAULT_NAMESPACE);

  private FhirValidation() {}

  /** Fails with every message of level error or fatal. */
  public static void assertValid(IBaseResource resource) {
    List<String> errors = errors(resource);
    if (!errors.isEmpty()) {
      throw new AssertionError(
          "Invalid " + resource.fhirType() + ":\n- " + String.join("\n- ", errors));
    }
  }

  /** The messages of level error or fatal. */
  public static List<String> errors(IBaseResource resource) {
    return resource instanceof org.hl7.fhir.r4.model.Resource
        ? errorsInR4(FhirContext.forR4Cached().newJsonParser().encodeResourceToString(resource))
        : errors(encode(resource));
  }

  /** The messages of level error or fatal about JSON of R4. */
  public static List<String> errorsInR4(String json) {
    return errors(InR4.VALIDATOR, json);
  }

  /** The messages of level error or fatal about JSON of R4B. */
  public static List<String> errorsInR4B(String json) {
    return errors(InR4B.VALIDATOR, json);
  }

  /**
   * The messages of level error or fatal about JSON, for mistakes that HAPI's classes do not allow.
   */
  public static List<String> errors(String json) {
    return errors(Lazy.VALIDATOR, json);
  }

  private static List<String> errors(FhirValidator validator, String json) {
    return validator.validateWithResult(json).getMessages().stream()
        .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .map(FhirValidation::text)
        .toList();
  }

  /**
   * The messages of level warning, best practice included.
   *
   * @param ownCodeSystems whether Vitalroutes' own code systems are known
   */
  public static List<String> warnings(IBaseResource resource, boolean ownCodeSystems) {
    return messages(resource, ownCodeSystems, ResultSeverityEnum.WARNING);
  }

  /** The messages of level error, with Vitalroutes' own code systems known. */
  public static List<String> errorsWithOwnCodeSystems(IBaseResource resource) {
    return messages(resource, true, ResultSeverityEnum.ERROR);
  }

  /** The messages of level error by one of Vitalroutes' own profiles. */
  public static List<String> errorsByProfile(IBaseResource resource, String profile) {
    return Strict.KNOWING
        .validateWithResult(encode(resource), new ValidationOptions().addProfile(profile))
        .getMessages()
        .stream()
        .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .map(FhirValidation::text)
        .toList();
  }

  private static List<String> messages(
      IBaseResource resource, boolean ownCodeSystems, ResultSeverityEnum severity) {
    FhirValidator validator = ownCodeSystems ? Strict.KNOWING : Strict.ALONE;
    return validator.validateWithResult(encode(resource)).getMessages().stream()
        .filter(message -> message.getSeverity() == severity)
        .map(FhirValidation::text)
        .toList();
  }

  /** A validator that knows these definitions besides FHIR's own. */
  public static FhirValidator knowing(FhirVersion version, PrePopulatedValidationSupport own) {
    return build(
        version.context(),
        version.isR5() ? Slim.DEFINITIONS : SlimR4Definitions.load(),
        own,
        BestPracticeWarningLevel.Ignore);
  }

  public static String encode(IBaseResource resource) {
    return FhirContext.forR5Cached().newJsonParser().encodeResourceToString(resource);
  }

  private static String text(SingleValidationMessage message) {
    return message.getLocationString() + ": " + message.getMessage();
  }

  /** Built at first use, once per JVM. */
  private static final class Lazy {
    static final FhirValidator VALIDATOR = build();

    private static FhirValidator build() {
      return FhirValidation.build(List.of(), List.of(), BestPracticeWarningLevel.Ignore);
    }
  }

  /** Reports violations of best practices too. */
  private static final class Strict {
    static final FhirValidator ALONE =
        build(List.of(), List.of(), BestPracticeWarningLevel.Warning);
    static final FhirValidator KNOWING =
        build(
            new Terminology(OWN).codeSystems(),
            new Profiles(OWN).all(),
            BestPracticeWarningLevel.Warning);
  }

  private static FhirValidator build(
      List<CodeSystem> known, List<StructureDefinition> profiles, BestPracticeWarningLevel level) {
    PrePopulatedValidationSupport own =
        new PrePopulatedValidationSupport(FhirContext.forR5Cached());
    known.forEach(own::addCodeSystem);
    profiles.forEach(own::addStructureDefinition);
    return build(FhirContext.forR5Cached(), Slim.DEFINITIONS, own, level);
  }

  private static FhirValidator build(
      FhirContext context,
      IValidationSupport definitions,
      PrePopulatedValidationSupport own,
      BestPracticeWarningLevel level) {
    UnknownCodeSystemWarningValidationSupport unknown =
        new UnknownCodeSystemWarningValidationSupport(context);
    unknown.setNonExistentCodeSystemSeverity(IssueSeverity.WARNING);
    ValidationSupportChain chain =
        new ValidationSupportChain(
            definitions,
            own,
            new CommonCodeSystemsTerminologyService(context),
            new InMemoryTerminologyServerValidationSupport(context),
            new SnapshotGeneratingValidationSupport(context),
            unknown);
    FhirInstanceValidator validator = new FhirInstanceValidator(chain);
    validator.setBestPracticeWarningLevel(level);
    return context.newValidator().registerValidatorModule(validator);
  }

  private static final class Slim {
    static final PrePopulatedValidationSupport DEFINITIONS =
        SlimR5Definitions.load(FhirContext.forR5Cached());
  }

  private static final class InR4 {
    static final FhirValidator VALIDATOR =
        build(
            FhirContext.forR4Cached(),
            SlimR4Definitions.load(),
            new PrePopulatedValidationSupport(FhirContext.forR4Cached()),
            BestPracticeWarningLevel.Ignore);
  }

  /** With all of R4B's definitions; they are read as they are asked for. */
  private static final class InR4B {
    static final FhirValidator VALIDATOR =
        build(
            FhirContext.forR4BCached(),
            new DefaultProfileValidationSupport(FhirContext.forR4BCached()),
            new PrePopulatedValidationSupport(FhirContext.forR4BCached()),
            BestPracticeWarningLevel.Ignore);
  }
}
