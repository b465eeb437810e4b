package org.vitalroutes.fhir;

/**
 * The base of the FHIR server, with or without a slash at its end.
 *
 * @param url absolute
 */
public record ServerBase(String url) {

  /**
   * The absolute address of a resource, which an entry of a Bundle must have.
   *
   * @param relative type and id
   * @see <a href="https://hl7.org/fhir/R5/bundle-definitions.html#Bundle.entry.fullUrl">fullUrl</a>
   */
  public String fullUrl(String relative) {
    return (url.endsWith("/") ? url : url + "/") + relative;
  }
}
