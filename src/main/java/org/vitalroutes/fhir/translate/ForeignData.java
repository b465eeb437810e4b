package org.vitalroutes.fhir.translate;

/** Policy for data of another maker's device or app. */
public enum ForeignData {
  /** They are not sent: the same would be counted twice. */
  SKIP,
  /** They are sent beside the others, with a tag that says where they are from. */
  TAG
}
