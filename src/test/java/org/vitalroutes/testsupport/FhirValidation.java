package org.vitalroutes.testsupport;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport.IssueSeverity;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;

/**
 * Judges resources by FHIR R5's own rules: types, required codes, units and the vital signs
 * profiles. It does not know LOINC, SNOMED CT or our own code systems, so a wrong code of those
 * passes; the test that pins the measure table is there for that.
 */
public final class FhirValidation {
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
    return errors(encode(resource));
  }

  /** The same for JSON, as some mistakes cannot be made with HAPI's classes. */
  public static List<String> errors(String json) {
    return Lazy.VALIDATOR.validateWithResult(json).getMessages().stream()
        .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .map(FhirValidation::text)
        .toList();
  }

  public static String encode(IBaseResource resource) {
    return FhirContext.forR5Cached().newJsonParser().encodeResourceToString(resource);
  }

  private static String text(SingleValidationMessage message) {
    return message.getLocationString() + ": " + message.getMessage();
  }

  /** Built when first asked for, once in a JVM. */
  private static final class Lazy {
    static final FhirValidator VALIDATOR = build();

    private static FhirValidator build() {
      FhirContext context = FhirContext.forR5Cached();
      UnknownCodeSystemWarningValidationSupport unknown =
          new UnknownCodeSystemWarningValidationSupport(context);
      unknown.setNonExistentCodeSystemSeverity(IssueSeverity.WARNING);
      ValidationSupportChain chain =
          new ValidationSupportChain(
              SlimR5Definitions.load(context),
              new CommonCodeSystemsTerminologyService(context),
              new InMemoryTerminologyServerValidationSupport(context),
              new SnapshotGeneratingValidationSupport(context),
              unknown);
      FhirInstanceValidator validator = new FhirInstanceValidator(chain);
      validator.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
      return context.newValidator().registerValidatorModule(validator);
    }
  }
}
