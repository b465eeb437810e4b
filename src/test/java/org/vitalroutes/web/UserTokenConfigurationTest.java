package org.vitalroutes.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.security.oauth2.resource.servlet.OAuth2ResourceServerAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.vitalroutes.testsupport.UserTokens;

class UserTokenConfigurationTest {

  private static final String JWT = "spring.security.oauth2.resourceserver.jwt.";
  private static final String ISSUER = "https://id.example.org";

  @TempDir Path folder;

  private final UserTokens tokens = new UserTokens();

  @Test
  void a_public_key_with_an_issuer_accepts_that_issuer_alone() {
    run(
        List.of(JWT + "issuer-uri=" + ISSUER),
        decoder -> {
          assertThat(decoder.decode(tokens.issuedBy(ISSUER, "anna")).getSubject())
              .isEqualTo("anna");
          assertRefused(decoder, tokens.issuedBy("https://evil.example.org", "anna"), "iss");
          assertRefused(decoder, tokens.of("anna"), "iss");
          assertRefused(decoder, tokens.endless("anna"), "exp");
          assertRefused(decoder, tokens.forAnother("billing", "otto"), "aud");
        });
  }

  @Test
  void a_public_key_without_an_issuer_requires_the_end_and_the_audience() {
    run(
        List.of(),
        decoder -> {
          assertThat(decoder.decode(tokens.of("anna")).getSubject()).isEqualTo("anna");
          assertRefused(decoder, tokens.endless("anna"), "exp");
          assertRefused(decoder, tokens.forAnother("billing", "otto"), "aud");
          assertRefused(decoder, tokens.forAnother(null, "otto"), "aud");
        });
  }

  private static void assertRefused(JwtDecoder decoder, String token, String claim) {
    assertThatThrownBy(() -> decoder.decode(token))
        .isInstanceOfSatisfying(
            JwtValidationException.class,
            refusal ->
                assertThat(refusal.getErrors())
                    .anyMatch(error -> error.getDescription().contains(claim)));
  }

  private void run(List<String> more, Consumer<JwtDecoder> check) {
    new WebApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                SecurityAutoConfiguration.class,
                WebMvcAutoConfiguration.class,
                OAuth2ResourceServerAutoConfiguration.class))
        .withUserConfiguration(UserTokenConfiguration.class)
        .withPropertyValues(
            JWT + "public-key-location=" + tokens.writePublicKey(folder.resolve("key.pem")).toUri(),
            JWT + "audiences=" + UserTokens.AUDIENCE)
        .withPropertyValues(more.toArray(String[]::new))
        .run(context -> check.accept(context.getBean(JwtDecoder.class)));
  }
}
