package org.vitalroutes.steps;

import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.settings.FhirSettings;

/** Who calls, from the verified bearer token, and for whom. */
@Component
final class IdentifyCaller {

  /** Where a call is about the accounts of one subject. */
  private static final String ACCOUNTS = "/api/connected-accounts";

  /** Links are of every subject; only a backend reaches them. */
  private static final String LINKS = "/links";

  private static final SimpleGrantedAuthority BACKEND =
      new SimpleGrantedAuthority("SCOPE_accounts");

  private final String patientClaim;

  IdentifyCaller(FhirSettings settings) {
    this.patientClaim = settings.patientClaim();
  }

  @Handler
  Caller identify(Exchange exchange, @Header(Exchange.HTTP_QUERY) @Nullable String query) {
    if (SecurityContextHolder.getContext().getAuthentication()
            instanceof JwtAuthenticationToken token
        && token.getToken().getSubject() != null) {
      String sub = token.getToken().getSubject();
      String patient = token.getToken().getClaimAsString(patientClaim);
      String named = patient == null || patient.isBlank() ? null : patient;
      String endpoint = exchange.getFromEndpoint().getEndpointUri();
      if (!endpoint.contains(ACCOUNTS) || endpoint.contains(LINKS)) {
        return Caller.user(sub, named, null);
      }
      return token.getAuthorities().contains(BACKEND)
          ? Caller.backend(sub, query)
          : Caller.user(sub, named, query);
    }
    throw new ApiException(401, "unauthenticated", "A bearer token with a subject is needed");
  }
}
