package org.vitalroutes.fhir.deliver;

import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;

/**
 * What becomes of an Observation whose measure removed at Withings. It is never deleted: its
 * history is evidence.
 */
public final class Deletion {
  private Deletion() {}

  /** A copy that says the Observation was in error. All else stays, its value and issued too. */
  public static Observation enteredInError(Observation current) {
    return current.copy().setStatus(ObservationStatus.ENTEREDINERROR);
  }
}
