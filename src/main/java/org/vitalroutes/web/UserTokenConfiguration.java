package org.vitalroutes.web;

import java.io.IOException;
import java.io.InputStream;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.security.oauth2.resource.servlet.JwkSetUriJwtDecoderBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.security.converter.RsaKeyConverters;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.client.RestOperations;

/**
 * Requirements on a user's token beyond its signature. Spring Boot adds every validator bean to
 * those for times, issuer and audiences.
 */
@Configuration(proxyBeanMethods = false)
class UserTokenConfiguration {

  private static final String JWT = "spring.security.oauth2.resourceserver.jwt";

  /**
   * Requires an expiry: Spring Security accepts a token without one, which would be valid forever.
   */
  @Bean
  OAuth2TokenValidator<Jwt> expiryIsRequired() {
    OAuth2Error missing =
        new OAuth2Error(OAuth2ErrorCodes.INVALID_TOKEN, "The exp claim is required", null);
    return token ->
        token.getExpiresAt() == null
            ? OAuth2TokenValidatorResult.failure(missing)
            : OAuth2TokenValidatorResult.success();
  }

  /** Spring Security's own client of the identity provider waits for ever. */
  @Bean
  JwkSetUriJwtDecoderBuilderCustomizer keysWithinADeadline(Clock clock) {
    RestOperations provider = KeyRequests.client(clock);
    return builder -> builder.restOperations(provider);
  }

  /**
   * Verifies with the public key and also compares the issuer when both are set. Spring Boot would
   * use only the issuer and fetch its keys.
   */
  @Bean
  @ConditionalOnProperty(
      prefix = JWT,
      name = {"public-key-location", "issuer-uri"})
  JwtDecoder publicKeyOfIssuer(
      @Value("${" + JWT + ".public-key-location}") Resource location,
      @Value("${" + JWT + ".issuer-uri}") String issuer,
      @Value("${" + JWT + ".audiences:}") List<String> audiences)
      throws IOException {
    RSAPublicKey key;
    try (InputStream pem = location.getInputStream()) {
      key = RsaKeyConverters.x509().convert(pem);
    }
    NimbusJwtDecoder decoder = NimbusJwtDecoder.withPublicKey(key).build();
    OAuth2TokenValidator<Jwt> validator =
        JwtValidators.createDefaultWithValidators(
            new JwtIssuerValidator(issuer), expiryIsRequired());
    if (!audiences.isEmpty()) {
      validator =
          new DelegatingOAuth2TokenValidator<>(
              validator,
              new JwtClaimValidator<List<String>>(
                  JwtClaimNames.AUD,
                  named -> named != null && named.stream().anyMatch(audiences::contains)));
    }
    decoder.setJwtValidator(validator);
    return decoder;
  }
}
