package org.vitalroutes.accounts;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A backend's request for a connect link.
 *
 * @param subject whose account is to be connected
 * @param patient the Patient's logical id on the FHIR server; null when it is found by the subject
 * @param redirectUri where the browser goes afterwards; null for the hosted result page
 * @param expiresIn seconds for which the link is open; null for the setting's
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record LinkRequest(
    @Nullable String subject,
    @Nullable String patient,
    @Nullable String redirectUri,
    @Nullable Long expiresIn) {

  private static final Duration LONGEST = Duration.ofDays(365);

  /**
   * How long the link is open.
   *
   * @throws ApiException when that is no time at all, or more than a year
   */
  public Duration lifetime(Duration otherwise) {
    if (expiresIn == null) {
      return otherwise;
    }
    if (expiresIn < 1 || expiresIn > LONGEST.toSeconds()) {
      throw new ApiException(
          400, "invalid_expires_in", "expires_in is a number of seconds, a year at most");
    }
    return Duration.ofSeconds(expiresIn);
  }
}
