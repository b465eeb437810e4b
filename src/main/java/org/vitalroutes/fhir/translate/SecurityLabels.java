package org.vitalroutes.fhir.translate;

import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Observation;
import org.vitalroutes.fhir.Produced;

/**
 * Labels an Observation with who asserted it, a device or the patient, so that patient-generated
 * data can be told from clinical data.
 */
public final class SecurityLabels {
  private static final String SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
  private static final Coding DEVICE = new Coding(SYSTEM, "DEVAST", "device asserted");
  private static final Coding PATIENT = new Coding(SYSTEM, "PATAST", "patient asserted");

  private final boolean wanted;

  public SecurityLabels(boolean wanted) {
    this.wanted = wanted;
  }

  /** The same translation, its Observations labelled if that is wanted. */
  public Translation label(Translation translation) {
    if (wanted) {
      translation.produced().forEach(SecurityLabels::label);
    }
    return translation;
  }

  private static void label(Produced produced) {
    if (produced.resource() instanceof Observation observation
        && !observation.getMeta().hasSecurity()) {
      observation.getMeta().addSecurity(of(observation).copy());
    }
  }

  private static Coding of(Observation observation) {
    return observation.getMethod().getCoding().stream().anyMatch(Methods::isManual)
        ? PATIENT
        : DEVICE;
  }

  /** Adds the label of what another is derived from, unless it has it, or has none at all. */
  static void addThatOf(Observation source, Observation derived) {
    Coding label = of(source);
    if (derived.getMeta().hasSecurity()
        && derived.getMeta().getSecurity(SYSTEM, label.getCode()) == null) {
      derived.getMeta().addSecurity(label.copy());
    }
  }
}
