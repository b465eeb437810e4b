package org.vitalroutes.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.security.oauth2.resource.servlet.OAuth2ResourceServerAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.vitalroutes.simulator.MovableClock;
import org.vitalroutes.testsupport.TricklingServer;
import org.vitalroutes.testsupport.UserTokens;

class UserTokenConfigurationTest {

  private static final String JWT = "spring.security.oauth2.resourceserver.jwt.";
  private static final String ISSUER = "https://id.example.org";

  @TempDir Path folder;

  private final UserTokens tokens = new UserTokens();
  private final MovableClock clock = new MovableClock(Instant.now());

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

  /** It held the thread of each request for ever, one after another. */
  @ParameterizedTest
  @ValueSource(strings = {"jwk-set-uri", "issuer-uri"})
  @Timeout(60)
  void a_provider_that_trickles_is_given_up_and_not_asked_by_each_request(String setting) {
    try (TricklingServer provider = new TricklingServer("HTTP/1.1 200 OK\r\n")) {
      ofProvider(
          setting,
          provider.url(),
          decoder -> {
            ExecutorService threads = Executors.newFixedThreadPool(20);
            Instant begun = Instant.now();
            List<Future<?>> requests =
                Stream.generate(() -> threads.submit(() -> decoder.decode(tokens.of("anna"))))
                    .limit(20)
                    .collect(Collectors.toList());

            assertThat(requests)
                .allSatisfy(
                    request ->
                        assertThatThrownBy(request::get).isInstanceOf(ExecutionException.class));
            threads.shutdown();
            assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
          });
    }
  }

  /** Each cost the provider a request, and us a thread meanwhile. */
  @Test
  void tokens_of_unknown_keys_have_the_keys_fetched_a_few_times_a_minute() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AtomicReference<String> keys = new AtomicReference<>(tokens.keySet("one"));
    HttpServer provider =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    provider.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          byte[] body = keys.get().getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    provider.start();
    try {
      ofProvider(
          "jwk-set-uri",
          "http://localhost:" + provider.getAddress().getPort(),
          decoder -> {
            assertThat(decoder.decode(tokens.signedByKey("one", "anna")).getSubject())
                .isEqualTo("anna");
            for (int i = 0; i < 50; i++) {
              String forged = tokens.signedByKey("unknown-" + i, "anna");
              assertThatThrownBy(() -> decoder.decode(forged)).isInstanceOf(JwtException.class);
            }
            assertThat(asked).hasValue(1);

            keys.set(tokens.keySet("two"));
            clock.advance(KeyRequests.PAUSE);
            assertThat(decoder.decode(tokens.signedByKey("two", "anna")).getSubject())
                .isEqualTo("anna");
            assertThat(asked).hasValue(2);
          });
    } finally {
      provider.stop(0);
    }
  }

  private void ofProvider(String setting, String url, Consumer<JwtDecoder> check) {
    runner()
        .withPropertyValues(JWT + setting + "=" + url, JWT + "audiences=" + UserTokens.AUDIENCE)
        .run(context -> check.accept(context.getBean(JwtDecoder.class)));
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
    runner()
        .withPropertyValues(
            JWT + "public-key-location=" + tokens.writePublicKey(folder.resolve("key.pem")).toUri(),
            JWT + "audiences=" + UserTokens.AUDIENCE)
        .withPropertyValues(more.toArray(String[]::new))
        .run(context -> check.accept(context.getBean(JwtDecoder.class)));
  }

  private WebApplicationContextRunner runner() {
    return new WebApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                SecurityAutoConfiguration.class,
                WebMvcAutoConfiguration.class,
                OAuth2ResourceServerAutoConfiguration.class))
        .withBean(Clock.class, () -> clock)
        .withUserConfiguration(UserTokenConfiguration.class);
  }
}
