package org.vitalroutes.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The FHIR server that receives the data.
 *
 * @param serverUrl base URL
 * @param version {@code auto}, {@code R4}, {@code R4B} or {@code R5}
 * @param bearerToken sent as a bearer token when not empty
 * @param username basic authentication, when not empty
 * @param password basic authentication
 * @param namespace base of identifier and code systems
 * @param patientClaim claim of the user's token that holds the Patient's logical id
 * @param patientIdentifierSystem system of the identifier by which a Patient is found or created
 * @param patientCreate whether a Patient is created when there is none
 * @param oauth an access token by client credentials, when its client is set
 * @param headers sent with every request, {@code Name: value} by line
 * @param sslBundle the Spring SSL bundle of the connection; empty for Java's own
 * @param concurrency sync requests in flight, and so transactions, over all replicas
 * @param bundleSize most entries in one transaction
 * @param provenance whether each transaction has a Provenance
 * @param bmi whether weights have a body mass index
 * @param deviceUser whether a device that has one user says whose it is
 */
@ConfigurationProperties("fhir")
public record FhirSettings(
    String serverUrl,
    String version,
    String bearerToken,
    String username,
    String password,
    String namespace,
    String patientClaim,
    String patientIdentifierSystem,
    boolean patientCreate,
    OAuth oauth,
    String headers,
    String sslBundle,
    int concurrency,
    int bundleSize,
    boolean provenance,
    boolean bmi,
    boolean deviceUser) {

  /**
   * SMART Backend Services.
   *
   * @param clientId how the authorization server knows us; empty for none
   * @param privateKey a JWK or a JWK set, as JSON or {@code file:} and a path
   * @param clientSecret instead of a key
   * @param scopes separated by spaces
   * @param tokenUrl empty when the FHIR server says where it is
   */
  public record OAuth(
      String clientId, String privateKey, String clientSecret, String scopes, String tokenUrl) {

    @Override
    public String toString() {
      return "OAuth[clientId=" + clientId + "]";
    }
  }

  /** The static headers, by name. */
  public Map<String, String> headerMap() {
    Map<String, String> map = new LinkedHashMap<>();
    headers
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(
            line ->
                map.put(
                    line.substring(0, line.indexOf(':')).strip(),
                    line.substring(line.indexOf(':') + 1).strip()));
    return map;
  }

  @Override
  public String toString() {
    return "FhirSettings[serverUrl=" + serverUrl + "]";
  }
}
