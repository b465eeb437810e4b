package org.vitalroutes.fhir.translate;

import java.util.Optional;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.withings.Attribution;

/** How a measure was taken, when there is something to say about it. */
public final class Methods {
  private static final Coding SELF_REPORTED =
      new Coding("http://snomed.info/sct", "1156040003", "Self reported");

  private final String system;

  Methods(Identifiers identifiers) {
    system = identifiers.codeSystem("attrib");
  }

  Optional<CodeableConcept> concept(Optional<Attribution> attribution) {
    return attribution.filter(how -> !how.isOrdinary()).map(this::concept);
  }

  /** Recorded by a device, with values that a person put in the place of the device's. */
  CodeableConcept partlyEntered() {
    return new CodeableConcept(SELF_REPORTED.copy()).setText("Partly entered by the user");
  }

  /** Whether a method says that a person entered the value. */
  static boolean isManual(Coding method) {
    return SELF_REPORTED.getSystem().equals(method.getSystem())
        && SELF_REPORTED.getCode().equals(method.getCode());
  }

  private CodeableConcept concept(Attribution how) {
    CodeableConcept concept = new CodeableConcept();
    if (how.isManual()) {
      concept.addCoding(SELF_REPORTED.copy());
    }
    return concept
        .addCoding(new Coding(system, String.valueOf(how.code()), how.display()))
        .setText(text(how));
  }

  private static String text(Attribution how) {
    return switch (how) {
      case MANUAL -> "Entered manually by the user";
      case MANUAL_AT_CREATION -> "Entered manually by the user when the account was created";
      case BEST_OF_SEVERAL -> "Best of several measures taken by the device";
      case CONFIRMED -> "Confirmed by the user";
      case GUIDED -> "Taken under guided conditions";
      case AMBIGUOUS_OWNER -> "Taken by a device that several people use; may be another person's";
      case DEVICE, DEVICE_TOO -> how.display();
    };
  }
}
