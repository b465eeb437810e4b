package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.settings.FhirSettings;

/** Who calls, from the verified bearer token. */
@Component
final class IdentifyCaller {

  private final String patientClaim;

  IdentifyCaller(FhirSettings settings) {
    this.patientClaim = settings.patientClaim();
  }

  @Handler
  Caller identify() {
    if (SecurityContextHolder.getContext().getAuthentication()
            instanceof JwtAuthenticationToken token
        && token.getToken().getSubject() != null) {
      String patient = token.getToken().getClaimAsString(patientClaim);
      return new Caller(
          token.getToken().getSubject(), patient == null || patient.isBlank() ? null : patient);
    }
    throw new ApiException(401, "unauthenticated", "A bearer token with a subject is needed");
  }
}
