package org.vitalroutes.settings;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The FHIR R5 server that receives the data.
 *
 * @param serverUrl base URL
 * @param bearerToken sent as a bearer token when not empty
 * @param username basic authentication, when not empty
 * @param password basic authentication
 * @param namespace base of identifier and code systems
 * @param patientClaim claim of the user's token that holds the Patient's logical id
 * @param patientIdentifierSystem system of the identifier by which a Patient is found or created
 * @param bundleSize most entries in one transaction
 */
@ConfigurationProperties("fhir")
public record FhirSettings(
    String serverUrl,
    String bearerToken,
    String username,
    String password,
    String namespace,
    String patientClaim,
    String patientIdentifierSystem,
    int bundleSize) {

  @Override
  public String toString() {
    return "FhirSettings[serverUrl=" + serverUrl + "]";
  }
}
