package org.vitalroutes.fhir.table;

import com.fasterxml.jackson.annotation.JsonValue;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;

/** The categories in use of HL7's observation-category. */
public enum ObservationCategory {
  VITAL_SIGNS("vital-signs", "Vital Signs"),
  EXAM("exam", "Exam"),
  ACTIVITY("activity", "Activity"),
  PROCEDURE("procedure", "Procedure"),
  LABORATORY("laboratory", "Laboratory");

  private static final String SYSTEM = "http://terminology.hl7.org/CodeSystem/observation-category";

  private final String code;
  private final String display;

  ObservationCategory(String code, String display) {
    this.code = code;
    this.display = display;
  }

  @JsonValue
  public String code() {
    return code;
  }

  public CodeableConcept concept() {
    return new CodeableConcept(new Coding(SYSTEM, code, display));
  }
}
