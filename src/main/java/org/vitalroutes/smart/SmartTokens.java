package org.vitalroutes.smart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
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
   * The registered client.
   *
   * @param id client id at the authorization server
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

  /** From the request to the last byte of the answer. */
  private static final Duration WHOLE_CALL = Duration.ofSeconds(10);

  /** A token is replaced a fifth of its life before its end, and at most this long before. */
  private static final Duration EARLIEST = Duration.ofMinutes(1);

  /** Pause after a failed request while the previous token is still valid. */
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private static final int PARTS = 5;
  private static final Set<String> REFUSALS =
      Set.of("invalid_client", "unauthorized_client", "invalid_scope", "invalid_request");
  private static final String DISCOVERY = "/.well-known/smart-configuration";

  private final String serverUrl;
  private final Client settings;
  private final SmartKeys keys;
  private final Clock clock;
  private final RestClient discovery;
  private final RestClientClientCredentialsTokenResponseClient tokens;

  private @Nullable ClientRegistration registration;
  private @Nullable String token;
  private Instant replaceAt = Instant.MIN;
  private Instant endsAt = Instant.MIN;
  private @Nullable IOException failure;
  private Instant failedAt = Instant.MIN;

  /**
   * Tokens for a FHIR server; the first is requested when it is needed.
   *
   * @param serverUrl the FHIR server, for discovery of the token endpoint
   * @param ssl trust and client certificate; null for Java's default
   */
  public SmartTokens(
      String serverUrl, Client settings, SmartKeys keys, @Nullable SSLContext ssl, Clock clock) {
    this(serverUrl, settings, keys, ssl, clock, WHOLE_CALL);
  }

  SmartTokens(
      String serverUrl,
      Client settings,
      SmartKeys keys,
      @Nullable SSLContext ssl,
      Clock clock,
      Duration wholeCall) {
    this.serverUrl = serverUrl;
    this.settings = settings;
    this.keys = keys;
    this.clock = clock;
    HttpClient.Builder http = HttpClient.newBuilder().connectTimeout(WHOLE_CALL);
    JdkClientHttpRequestFactory requests =
        new JdkClientHttpRequestFactory((ssl == null ? http : http.sslContext(ssl)).build());
    // Of the whole call: it also closes the body of an answer that comes too slowly.
    requests.setReadTimeout(wholeCall);
    this.discovery = RestClient.builder().requestFactory(requests).build();
    this.tokens = tokenClient(requests);
  }

  private RestClientClientCredentialsTokenResponseClient tokenClient(
      JdkClientHttpRequestFactory requests) {
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
  public String authorization() throws IOException {
    return authorization(clock.instant());
  }

  private synchronized String authorization(Instant wantedAt) throws IOException {
    if (token != null && clock.instant().isBefore(replaceAt)) {
      return token;
    }
    if (failure != null && failedAt.isAfter(wantedAt)) {
      // It failed while this thread waited; with a request each, the last would wait for them all.
      throw failure;
    }
    try {
      OAuth2AccessToken fresh = request();
      token = "Bearer " + fresh.getTokenValue();
      keep(fresh);
      failure = null;
      return token;
    } catch (IOException e) {
      failure = e;
      failedAt = clock.instant();
      if (token == null || !failedAt.isBefore(endsAt)) {
        throw e;
      }
      replaceAt = failedAt.plus(AGAIN);
      return token;
    }
  }

  @Override
  public synchronized boolean replace(String refused) {
    if (refused.equals(token)) {
      token = null;
    }
    return true;
  }

  private void keep(OAuth2AccessToken fresh) {
    Instant now = clock.instant();
    Duration life =
        Duration.between(
            Objects.requireNonNullElse(fresh.getIssuedAt(), now),
            Objects.requireNonNullElse(fresh.getExpiresAt(), now));
    Duration early = life.dividedBy(PARTS);
    endsAt = now.plus(life);
    replaceAt = endsAt.minus(early.compareTo(EARLIEST) > 0 ? EARLIEST : early);
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
    String url = "";
    try {
      JsonNode configuration =
          discovery
              .get()
              .uri(URI.create(serverUrl.replaceAll("/+$", "") + DISCOVERY))
              .accept(MediaType.APPLICATION_JSON)
              .retrieve()
              .body(JsonNode.class);
      url = configuration == null ? "" : configuration.path("token_endpoint").asText();
    } catch (RestClientException e) {
      // Handled below like a configuration without a token endpoint.
    }
    if (!isUsable(url, serverUrl)) {
      throw new NoTokenException(
          "no access token: " + DISCOVERY + " names no token_endpoint that can be used", false);
    }
    return url;
  }

  /** Our credentials go there, so with less protection than to the FHIR server nothing is sent. */
  static boolean isUsable(String url, String serverUrl) {
    try {
      URI endpoint = new URI(url);
      return endpoint.getHost() != null
          && endpoint.getUserInfo() == null
          && ("https".equalsIgnoreCase(endpoint.getScheme())
              || ("http".equalsIgnoreCase(endpoint.getScheme())
                  && "http".equalsIgnoreCase(URI.create(serverUrl).getScheme())));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
