package org.vitalroutes.fhir.translate;

/** Policy for data that may be another person's on the same device. */
public enum AmbiguousOwner {
  /** It is not sent. */
  SKIP,
  /** It is held for an operator, who releases or discards it. */
  HOLD,
  /** It is sent as preliminary, and its method says why. */
  PRELIMINARY
}
