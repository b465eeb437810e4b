package org.vitalroutes.smart;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.endpoint.NimbusJwtClientAuthenticationParametersConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2ClientCredentialsGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientClientCredentialsTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestClientResponseException;
import org.vitalroutes.fhir.wire.Credentials;
import org.vitalroutes.fhir.wire.NoTokenException;

/**
 * Access tokens by OAuth's client credentials, as SMART Backend Services has it. A token is kept
 * until shortly before its end; one request for another is made at a time.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/backend-services.html">Backend Services</a>
 */
public final class SmartTokens implements Credentials {

  /**
   * Who asks, and for what.
   *
   * @param id how the authorization server knows us
   * @param secret empty when there is a key
   * @param scopes separated by spaces
   * @param tokenUrl empty when the FHIR server says where it is
   */
  public record Client(String id, String secret, String scopes, String tokenUrl) {

    @Override
    public String toString() {
      return "Client[" + id + "]";
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Before its end a token is replaced: a fifth of its life, and at most this. */
  private static final Duration EARLIEST = Duration.ofMinutes(1);

  private static final int PARTS = 5;
  private static final Set<String> REFUSALS =
      Set.of("invalid_client", "unauthorized_client", "invalid_scope", "invalid_request");
  private static final String DISCOVERY = "/.well-known/smart-configuration";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String serverUrl;
  private final Client settings;
  private final SmartKeys keys;
  private final Clock clock;
  private final HttpClient http;
  private final RestClientClientCredentialsTokenResponseClient tokens;

  private @Nullable ClientRegistration registration;
  private @Nullable String token;
  private Instant replaceAt = Instant.MIN;

  /**
   * None is asked for yet.
   *
   * @param serverUrl the FHIR server, which says where tokens are to be had
   * @param ssl whom to trust and who we are; null for Java's own
   */
  public SmartTokens(
      String serverUrl, Client settings, SmartKeys keys, @Nullable SSLContext ssl, Clock clock) {
    this.serverUrl = serverUrl;
    this.settings = settings;
    this.keys = keys;
    this.clock = clock;
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(PATIENCE);
    this.http = (ssl == null ? builder : builder.sslContext(ssl)).build();
    this.tokens = tokenClient();
  }

  private RestClientClientCredentialsTokenResponseClient tokenClient() {
    JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(http);
    requests.setReadTimeout(PATIENCE);
    RestClientClientCredentialsTokenResponseClient client =
        new RestClientClientCredentialsTokenResponseClient();
    client.setRestClient(
        RestClient.builder()
            .requestFactory(requests)
            .messageConverters(
                converters -> {
                  converters.clear();
                  converters.add(new FormHttpMessageConverter());
                  converters.add(new OAuth2AccessTokenResponseHttpMessageConverter());
                })
            .defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
            .build());
    if (keys.canSign()) {
      var assertion =
          new NimbusJwtClientAuthenticationParametersConverter<OAuth2ClientCredentialsGrantRequest>(
              registration -> keys.signing());
      // SMART wants the type, which Spring leaves out; life is a minute, a fifth of what is
      // allowed.
      assertion.setJwtClientAssertionCustomizer(context -> context.getHeaders().type("JWT"));
      client.addParametersConverter(assertion);
    }
    return client;
  }

  @Override
  public synchronized String authorization() throws IOException {
    if (token == null || !clock.instant().isBefore(replaceAt)) {
      OAuth2AccessToken fresh = request();
      token = "Bearer " + fresh.getTokenValue();
      replaceAt = replaceAt(fresh);
    }
    return token;
  }

  @Override
  public synchronized boolean replace(String refused) {
    if (refused.equals(token)) {
      token = null;
    }
    return true;
  }

  private Instant replaceAt(OAuth2AccessToken fresh) {
    Instant now = clock.instant();
    Duration life =
        Duration.between(
            Objects.requireNonNullElse(fresh.getIssuedAt(), now),
            Objects.requireNonNullElse(fresh.getExpiresAt(), now));
    Duration early = life.dividedBy(PARTS);
    return now.plus(life).minus(early.compareTo(EARLIEST) > 0 ? EARLIEST : early);
  }

  private OAuth2AccessToken request() throws IOException {
    try {
      if (registration == null) {
        registration = registration(tokenUrl());
      }
      return tokens
          .getTokenResponse(new OAuth2ClientCredentialsGrantRequest(registration))
          .getAccessToken();
    } catch (OAuth2AuthorizationException e) {
      registration = null;
      throw refusal(e);
    } catch (RestClientException e) {
      registration = null;
      throw new NoTokenException("no access token: not answered", false);
    }
  }

  private static NoTokenException refusal(OAuth2AuthorizationException failure) {
    String code = failure.getError().getErrorCode();
    if (REFUSALS.contains(code)) {
      return new NoTokenException("no access token: " + code, true);
    }
    // Spring reads the error from the body of a 400 alone.
    if (failure.getCause() instanceof RestClientResponseException answer) {
      int status = answer.getStatusCode().value();
      return new NoTokenException(
          "no access token: the token endpoint answers HTTP " + status,
          status == 401 || status == 403);
    }
    return new NoTokenException("no access token: not answered", false);
  }

  private ClientRegistration registration(String tokenUrl) {
    return ClientRegistration.withRegistrationId("fhir")
        .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
        .clientAuthenticationMethod(
            keys.canSign()
                ? ClientAuthenticationMethod.PRIVATE_KEY_JWT
                : ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
        .clientId(settings.id())
        .clientSecret(settings.secret())
        .tokenUri(tokenUrl)
        .scope(settings.scopes().strip().split("\\s+"))
        .build();
  }

  private String tokenUrl() throws IOException {
    if (!settings.tokenUrl().isBlank()) {
      return settings.tokenUrl();
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(serverUrl.replaceAll("/+$", "") + DISCOVERY))
            .timeout(PATIENCE)
            .header("Accept", "application/json")
            .build();
    String url = "";
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() == 200) {
        url = JSON.readTree(answer.body()).path("token_endpoint").asText();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // Said below in the same words: it does not say where tokens are to be had.
    }
    if (url.isEmpty()) {
      throw new NoTokenException(
          "no access token: " + DISCOVERY + " names no token_endpoint", false);
    }
    return url;
  }
}
