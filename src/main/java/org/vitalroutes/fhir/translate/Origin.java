package org.vitalroutes.fhir.translate;

import java.util.Map;
import org.hl7.fhir.r5.model.Coding;
import org.vitalroutes.fhir.Identifiers;

/** Who counted what Withings passes on. */
public final class Origin {
  public static final Map.Entry<String, String> EXTERNAL =
      Map.entry("external", "Not counted by a Withings device");

  private Origin() {}

  /** The tag of what another maker's device or app counted. */
  static Coding external(Identifiers identifiers) {
    return new Coding(identifiers.codeSystem("origin"), EXTERNAL.getKey(), EXTERNAL.getValue());
  }
}
