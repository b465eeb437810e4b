package org.vitalroutes.fhir;

/** What becomes of days that another maker's device or app counted. */
public enum ForeignActivity {
  /** They are not sent: the same steps would be there twice. */
  SKIP,
  /** They are sent beside the others, with a tag that says where they are from. */
  TAG
}
