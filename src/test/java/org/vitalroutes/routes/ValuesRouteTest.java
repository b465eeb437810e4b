package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.when;

import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.vitalroutes.testsupport.TestSettings;

class ValuesRouteTest {

  private static final LoopbackServer fhir = new LoopbackServer();
  private static final RouteFixture fixture =
      RouteFixture.of("values", new TestSettings().set("FHIR_SERVER_URL", fhir.url() + "/fhir"));

  @AfterEach
  void signOut() {
    SecurityContextHolder.clearContext();
  }

  @AfterAll
  static void close() {
    fixture.close();
    fhir.close();
  }

  @Test
  void the_last_values_are_those_that_the_fhir_server_has_of_the_patient() {
    Jwt jwt = Jwt.withTokenValue("x").header("alg", "none").subject("otto").build();
    SecurityContextHolder.getContext().setAuthentication(new JwtAuthenticationToken(jwt));
    UUID account = Requests.ACCOUNT.id();
    when(fixture.overview.patientForValues(eq(account), any())).thenReturn("p1");
    fhir.answers(
        200,
        Map.of("Content-Type", "application/fhir+json"),
        """
        {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": {
          "resourceType": "Observation", "status": "final",
          "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}], "text": "Weight"},
          "effectiveDateTime": "2024-03-01T10:00:00Z",
          "valueQuantity": {"value": 72.35, "unit": "kg", "code": "kg"}}}]}
        """);

    Exchange shown =
        fixture.send("direct:values-show", null, Map.of("id", account.toString()), Map.of());

    assertThat(shown.getException()).isNull();
    assertThat(shown.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(200);
    assertThat(shown.getMessage().getBody(String.class)).contains("29463-7", "72.35");
    assertThat(fhir.requests())
        .singleElement()
        .satisfies(request -> assertThat(request.uri()).contains("Observation", "patient=p1"));
  }
}
