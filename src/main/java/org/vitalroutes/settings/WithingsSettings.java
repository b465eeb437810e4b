package org.vitalroutes.settings;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The Withings application and its API.
 *
 * @param clientId the application's client id
 * @param clientSecret the application's secret
 * @param apiUrl base of the API host
 * @param authorizeUrl where a user is sent to consent
 * @param scopes to request from a user
 * @param subscriptions the appli codes to subscribe
 * @param requestsPerMinute the application's budget of calls, over all replicas
 * @param webhookSecrets the first signs callback URLs, all verify
 * @param signatureHeader the header that carries the signature of a signed body
 * @param signatureEncoding {@code hex} or {@code base64}
 */
@ConfigurationProperties("withings")
public record WithingsSettings(
    String clientId,
    String clientSecret,
    String apiUrl,
    String authorizeUrl,
    List<String> scopes,
    List<Integer> subscriptions,
    int requestsPerMinute,
    List<String> webhookSecrets,
    String signatureHeader,
    String signatureEncoding) {

  @Override
  public String toString() {
    return "WithingsSettings[apiUrl=" + apiUrl + "]";
  }
}
