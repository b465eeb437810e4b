package org.smartserver;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.http.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.DispatcherServletAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration;
import org.springframework.boot.web.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.MapPropertySource;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configurers.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.vitalroutes.testsupport.UserTokens;

/**
 * A FHIR server that wants an access token of SMART Backend Services: a real authorization server,
 * and behind it the real FHIR server.
 */
public final class SmartFhirServer implements AutoCloseable {

  public static final String CLIENT_WITH_KEY = "vitalroutes-with-key";
  public static final String CLIENT_WITH_SECRET = "vitalroutes-with-secret";
  public static final String SECRET = "a secret of the client, known to the authorization server";
  private static final String[] SCOPES = {
    "system/Patient.crs", "system/Device.cruds", "system/Observation.cruds"
  };

  private final AnnotationConfigServletWebServerApplicationContext context;

  /**
   * Starts it on a free port.
   *
   * @param fhirUrl the FHIR server behind it
   * @param jwksUrl where our public keys are
   * @param algorithm that our assertions are signed with
   * @param tokenLife of an access token
   * @param clock by which tokens are given and end
   */
  public SmartFhirServer(
      URI fhirUrl, String jwksUrl, SignatureAlgorithm algorithm, Duration tokenLife, Clock clock) {
    // Without Spring Boot's own start, which would check the settings of Vitalroutes.
    context = new AnnotationConfigServletWebServerApplicationContext();
    context
        .getEnvironment()
        .getPropertySources()
        .addFirst(new MapPropertySource("smart", Map.of("server.port", "0")));
    context
        .getBeanFactory()
        .registerSingleton("wanted", new Wanted(fhirUrl, jwksUrl, algorithm, tokenLife, clock));
    context.register(Server.class);
    context.refresh();
  }

  record Wanted(
      URI fhirUrl, String jwksUrl, SignatureAlgorithm algorithm, Duration tokenLife, Clock clock) {}

  /** The base of the FHIR server, as a client sees it. */
  public String url() {
    return "http://localhost:" + context.getWebServer().getPort() + "/fhir";
  }

  /** Every token that was given before now is refused. */
  public void forgetTokens() {
    Clock clock = context.getBean(Wanted.class).clock();
    context.getBean(Front.class).notBefore = clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /** How many tokens were used. */
  public int tokens() {
    return context.getBean(Front.class).seen.size();
  }

  /** How many requests came through. */
  public int served() {
    return context.getBean(Front.class).served.get();
  }

  /** How many requests came with a token that was refused. */
  public int refused() {
    return context.getBean(Front.class).refused.get();
  }

  @Override
  public void close() {
    context.close();
  }

  /** The authorization server. */
  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    ServletWebServerFactoryAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class,
    HttpMessageConvertersAutoConfiguration.class,
    JacksonAutoConfiguration.class,
    SecurityAutoConfiguration.class,
    SecurityFilterAutoConfiguration.class
  })
  static class Server {

    @Bean
    Front front(Wanted wanted) {
      return new Front(wanted.fhirUrl());
    }

    @Bean
    @Order(1)
    SecurityFilterChain authorizationServer(HttpSecurity http) throws Exception {
      OAuth2AuthorizationServerConfigurer server =
          OAuth2AuthorizationServerConfigurer.authorizationServer();
      return http.securityMatcher(server.getEndpointsMatcher())
          .with(server, Customizer.withDefaults())
          .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
          .csrf(AbstractHttpConfigurer::disable)
          .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain fhirServer(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(
              requests ->
                  requests
                      .requestMatchers("/fhir/.well-known/smart-configuration")
                      .permitAll()
                      .anyRequest()
                      .authenticated())
          .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
          .csrf(AbstractHttpConfigurer::disable)
          .build();
    }

    @Bean
    RegisteredClientRepository clients(Wanted wanted) {
      TokenSettings tokens =
          TokenSettings.builder().accessTokenTimeToLive(wanted.tokenLife()).build();
      return new InMemoryRegisteredClientRepository(
          client(CLIENT_WITH_KEY, ClientAuthenticationMethod.PRIVATE_KEY_JWT)
              .tokenSettings(tokens)
              .clientSettings(
                  ClientSettings.builder()
                      .jwkSetUrl(wanted.jwksUrl())
                      .tokenEndpointAuthenticationSigningAlgorithm(wanted.algorithm())
                      .build())
              .build(),
          client(CLIENT_WITH_SECRET, ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
              .clientSecret("{noop}" + SECRET)
              .tokenSettings(tokens)
              .build());
    }

    private static RegisteredClient.Builder client(String id, ClientAuthenticationMethod method) {
      RegisteredClient.Builder client =
          RegisteredClient.withId(id)
              .clientId(id)
              .clientAuthenticationMethod(method)
              .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS);
      for (String scope : SCOPES) {
        client.scope(scope);
      }
      return client;
    }

    @Bean
    JWKSource<SecurityContext> keys() {
      return new ImmutableJWKSet<>(
          new JWKSet(new RSAKey.Builder(UserTokens.sharedKey()).keyID("server").build()));
    }

    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> times(Wanted wanted) {
      return token -> {
        Instant now = wanted.clock().instant();
        token.getClaims().issuedAt(now).notBefore(now).expiresAt(now.plus(wanted.tokenLife()));
      };
    }

    /** To the second: a token that is past its end is refused at once. */
    @Bean
    JwtDecoder decoder(JWKSource<SecurityContext> keys, Front front, Wanted wanted) {
      NimbusJwtDecoder decoder =
          (NimbusJwtDecoder) OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
      JwtTimestampValidator ends = new JwtTimestampValidator(Duration.ZERO);
      ends.setClock(wanted.clock());
      decoder.setJwtValidator(jwt -> front.judge(jwt, ends.validate(jwt)));
      return decoder;
    }

    @Bean
    AuthorizationServerSettings settings() {
      return AuthorizationServerSettings.builder().build();
    }
  }

  /** What is between the client and the FHIR server. */
  @RestController
  static class Front {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final URI fhirUrl;
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private volatile Instant notBefore = Instant.MIN;

    Front(URI fhirUrl) {
      this.fhirUrl = fhirUrl;
    }

    OAuth2TokenValidatorResult judge(Jwt token, OAuth2TokenValidatorResult ends) {
      boolean forgotten = token.getIssuedAt().isBefore(notBefore);
      if (ends.hasErrors() || forgotten) {
        refused.incrementAndGet();
      } else {
        seen.add(token.getTokenValue());
      }
      return forgotten
          ? OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_token"))
          : ends;
    }

    @RequestMapping("/fhir/.well-known/smart-configuration")
    Map<String, Object> configuration(HttpServletRequest request) {
      return Map.of(
          "token_endpoint", "http://localhost:" + request.getLocalPort() + "/oauth2/token");
    }

    @RequestMapping({"/fhir", "/fhir/**"})
    ResponseEntity<byte[]> relay(
        HttpServletRequest request, @RequestBody(required = false) byte[] body)
        throws IOException, InterruptedException {
      String path = request.getRequestURI().substring("/fhir".length());
      String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
      HttpRequest.Builder onward =
          HttpRequest.newBuilder(URI.create(fhirUrl + path + query))
              .method(
                  request.getMethod(),
                  HttpRequest.BodyPublishers.ofByteArray(body == null ? new byte[0] : body));
      for (String name : new String[] {"Content-Type", "Accept", "If-None-Exist"}) {
        if (request.getHeader(name) != null) {
          onward.header(name, request.getHeader(name));
        }
      }
      HttpResponse<byte[]> answer = HTTP.send(onward.build(), BodyHandlers.ofByteArray());
      served.incrementAndGet();
      ResponseEntity.BodyBuilder back =
          ResponseEntity.status(HttpStatus.valueOf(answer.statusCode()));
      for (String name : new String[] {"Content-Type", "Location", "ETag"}) {
        answer.headers().firstValue(name).ifPresent(value -> back.header(name, value));
      }
      return back.body(answer.body());
    }
  }
}
