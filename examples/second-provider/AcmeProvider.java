package org.acme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.provider.Provider;
import org.vitalroutes.provider.ProviderUnauthorizedException;
import org.vitalroutes.provider.ProviderUnavailableException;

/** Acme: a provider, the steps of its route file, and where both are made. */
@Configuration(proxyBeanMethods = false)
public class AcmeProvider {

  @Bean
  Provider acme() {
    return new Provider() {
      @Override
      public String id() {
        return "acme";
      }

      @Override
      public String authorizationUrl(String state, String redirectUri) {
        return "https://acme.example/authorize?state=" + state + "&redirect_uri=" + redirectUri;
      }
    };
  }

  @Bean
  AcmeTokens acmeTokens(ObjectMapper json, Clock clock) {
    return new AcmeTokens(json, clock);
  }

  @Bean
  AcmeSteps acmeSteps() {
    return new AcmeSteps();
  }

  @Bean
  AcmeRevoked acmeRevoked() {
    return new AcmeRevoked();
  }

  /** What Acme grants. */
  static final class AcmeTokens {

    private final ObjectMapper json;
    private final Clock clock;

    AcmeTokens(ObjectMapper json, Clock clock) {
      this.json = json;
      this.clock = clock;
    }

    @Handler
    Tokens read(@Header(Exchange.HTTP_RESPONSE_CODE) int status, byte[] body) throws IOException {
      if (status == 400) {
        throw new ProviderUnauthorizedException("Acme refused the grant");
      }
      if (status != 200) {
        throw new ProviderUnavailableException("Acme answered HTTP " + status, null);
      }
      JsonNode granted = json.readTree(body);
      return new Tokens(
          granted.path("user").asText(),
          granted.path("access_token").asText(),
          granted.path("refresh_token").asText(),
          clock.instant().plusSeconds(granted.path("expires_in").asLong()),
          List.of(granted.path("scope").asText().split(" ")));
    }
  }

  /** The only step as steps. */
  static final class AcmeSteps {

    @Handler
    List<DisconnectReceipt.Step> list(DisconnectReceipt.Step revoked) {
      return List.of(revoked);
    }
  }

  /** What became of a revocation. */
  static final class AcmeRevoked {

    @Handler
    DisconnectReceipt.Step read(@Header(Exchange.HTTP_RESPONSE_CODE) int status) {
      return DisconnectReceipt.Step.of(
          "revoke", status == 200 ? DisconnectReceipt.DONE : DisconnectReceipt.QUEUED);
    }
  }
}
