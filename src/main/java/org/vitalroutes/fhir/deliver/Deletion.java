package org.vitalroutes.fhir.deliver;

import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;

/**
 * Marks an Observation whose measure was removed at Withings. It is never deleted: its history is
 * evidence.
 */
public final class Deletion {
  private Deletion() {}

  /**
   * A copy that says the Observation was in error, in the version it was read in: converted there
   * and back it would lose what only that version has. All else stays, its value and issued too.
   */
  public static IBaseResource enteredInError(IBaseResource current) {
    if (current instanceof org.hl7.fhir.r4.model.Observation r4) {
      return r4.copy()
          .setStatus(org.hl7.fhir.r4.model.Observation.ObservationStatus.ENTEREDINERROR);
    }
    return ((Observation) current).copy().setStatus(ObservationStatus.ENTEREDINERROR);
  }
}
