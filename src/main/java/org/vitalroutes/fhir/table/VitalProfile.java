package org.vitalroutes.fhir.table;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Set;

/**
 * The vital signs profiles of FHIR R5 that are declared, with what each fixes. Only point-in-time
 * measures may declare one: a profiled Observation with effectivePeriod breaks constraint vs-1.
 */
public enum VitalProfile {
  BODY_WEIGHT("bodyweight", "29463-7", Set.of("kg", "g", "[lb_av]")),
  BODY_HEIGHT("bodyheight", "8302-2", Set.of("cm", "[in_i]")),
  BLOOD_PRESSURE("bp", "85354-9", Set.of("mm[Hg]")),
  HEART_RATE("heartrate", "8867-4", Set.of("/min")),
  OXYGEN_SATURATION("oxygensat", "2708-6", Set.of("%")),
  BODY_TEMPERATURE("bodytemp", "8310-5", Set.of("Cel", "[degF]")),
  BODY_MASS_INDEX("bmi", "39156-5", Set.of("kg/m2"));

  private final String id;
  private final String loinc;

  @SuppressWarnings("ImmutableEnumChecker") // Only ever Set.of
  private final Set<String> units;

  VitalProfile(String id, String loinc, Set<String> units) {
    this.id = id;
    this.loinc = loinc;
    this.units = units;
  }

  @JsonValue
  public String id() {
    return id;
  }

  public String url() {
    return "http://hl7.org/fhir/StructureDefinition/" + id;
  }

  /** The code that an Observation of this profile must carry. */
  String loinc() {
    return loinc;
  }

  /** The UCUM codes that its value may have. */
  Set<String> units() {
    return units;
  }
}
