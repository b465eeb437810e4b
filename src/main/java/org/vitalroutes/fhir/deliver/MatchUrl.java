package org.vitalroutes.fhir.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;

import ca.uhn.fhir.rest.param.ParameterUtil;
import java.net.URLEncoder;

/**
 * Search conditions of conditional interactions.
 *
 * @see <a href="https://hl7.org/fhir/R5/http.html#ccreate">Conditional create</a>
 */
public final class MatchUrl {

  private MatchUrl() {}

  /** Resources of a type with an identifier; the values are FHIR-escaped, then percent-encoded. */
  public static String identifier(String type, String system, String value) {
    return type + "?identifier=" + encode(system) + "%7C" + encode(value);
  }

  private static String encode(String value) {
    return URLEncoder.encode(ParameterUtil.escape(value), UTF_8);
  }
}
