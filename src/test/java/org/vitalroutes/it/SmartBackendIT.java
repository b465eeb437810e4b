package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.rest.client.api.IGenericClient;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r5.model.Patient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.smartserver.SmartFhirServer;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.vitalroutes.fhir.wire.FhirClients;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.simulator.MovableClock;
import org.vitalroutes.smart.SmartKeys;
import org.vitalroutes.smart.SmartTokens;
import org.vitalroutes.testsupport.HapiFhirServer;
import org.vitalroutes.testsupport.Inspection;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.UserTokens;
import org.vitalroutes.testsupport.World;

/** SMART Backend Services against a real authorization server in front of a real FHIR server. */
class SmartBackendIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String SCOPES =
      "system/Patient.crs system/Device.cruds system/Observation.cruds";
  private static final URI HAPI = HapiFhirServer.shared().baseUrl();

  /** Between two moments at which requests are made. */
  private static final int HOURS = Integer.getInteger("vitalroutes.test.token-hours", 6);

  private static final Duration STEP = Duration.ofMinutes(2);

  private final MovableClock clock =
      new MovableClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));

  /** Where our public keys are, as at /.well-known/jwks.json. */
  private HttpServer published;

  private volatile SmartKeys keys = SmartKeys.none();

  @BeforeEach
  void publish() throws IOException {
    published = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    published.createContext(
        "/",
        exchange -> {
          byte[] set = new ObjectMapper().writeValueAsBytes(keys.published());
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, set.length);
          exchange.getResponseBody().write(set);
          exchange.close();
        });
    published.start();
  }

  @AfterEach
  void stop() {
    published.stop(0);
  }

  @Test
  void in_hours_of_tokens_no_request_is_lost_and_none_has_a_token_that_has_ended()
      throws Exception {
    keys = SmartKeys.of(rsa("a").toJSONString());
    try (SmartFhirServer server = server(SignatureAlgorithm.RS384, Duration.ofMinutes(5))) {
      IGenericClient client = client(server, SmartFhirServer.CLIENT_WITH_KEY, "");
      IIdType patient = create(client);
      Callable<IBaseResource> read =
          () -> client.read().resource(Patient.class).withId(patient.getIdPart()).execute();
      ExecutorService threads = Executors.newFixedThreadPool(2);
      int requests = 1;
      for (Duration passed = Duration.ZERO; passed.toHours() < HOURS; passed = passed.plus(STEP)) {
        clock.advance(STEP);
        for (Future<IBaseResource> answer : threads.invokeAll(List.of(read, read))) {
          assertThat(answer.get()).isNotNull();
          requests++;
        }
      }
      threads.shutdown();

      assertThat(server.served()).isEqualTo(requests);
      assertThat(server.refused()).isZero();
      assertThat(server.tokens()).isBetween(HOURS * 60 / 6, HOURS * 60 / 4 + 1);
    }
  }

  @Test
  void a_token_that_the_server_has_forgotten_is_replaced_once() throws Exception {
    keys = SmartKeys.of(ec("a").toJSONString());
    try (SmartFhirServer server = server(SignatureAlgorithm.ES384, Duration.ofMinutes(5))) {
      IGenericClient client = client(server, SmartFhirServer.CLIENT_WITH_KEY, "");
      create(client);

      clock.advance(Duration.ofSeconds(10));
      server.forgetTokens();
      create(client);

      assertThat(server.served()).isEqualTo(2);
      assertThat(server.refused()).isEqualTo(1);
      assertThat(server.tokens()).isEqualTo(2);
    }
  }

  @Test
  void keys_are_rotated_without_a_gap() throws Exception {
    JWK old = rsa("old");
    JWK young = new RSAKeyGenerator(2048).keyID("young").generate();
    List<String> rotation =
        List.of(old.toJSONString(), set(old, young), set(young, old), young.toJSONString());
    try (SmartFhirServer server = server(SignatureAlgorithm.RS384, Duration.ofMinutes(5))) {
      for (String each : rotation) {
        keys = SmartKeys.of(each);
        create(client(server, SmartFhirServer.CLIENT_WITH_KEY, ""));
        clock.advance(Duration.ofMinutes(1));
      }

      assertThat(server.served()).isEqualTo(rotation.size());
      assertThat(server.refused()).isZero();
      assertThat(server.tokens()).isEqualTo(rotation.size());
    }
  }

  @Test
  void a_secret_does_instead_of_a_key() throws Exception {
    try (SmartFhirServer server = server(SignatureAlgorithm.RS384, Duration.ofMinutes(5))) {
      create(client(server, SmartFhirServer.CLIENT_WITH_SECRET, SmartFhirServer.SECRET));

      assertThat(server.served()).isEqualTo(1);
    }
  }

  @Test
  void an_unknown_client_is_distinguished_from_a_server_that_is_down() throws Exception {
    try (SmartFhirServer server = server(SignatureAlgorithm.RS384, Duration.ofMinutes(5))) {
      IGenericClient client = client(server, SmartFhirServer.CLIENT_WITH_SECRET, "another secret");

      assertThatThrownBy(() -> create(client))
          .rootCause()
          .hasMessage("no access token: the token endpoint answers HTTP 401");
    }
  }

  @Test
  void data_goes_all_the_way_with_the_keys_that_the_service_publishes_itself() throws Exception {
    try (World world = new World()) {
      String set = set(rsa("one"), ec("two"));
      try (SmartFhirServer server =
          new SmartFhirServer(
              HAPI,
              world.settings().variables().get("PUBLIC_URL") + "/.well-known/jwks.json",
              SignatureAlgorithm.RS384,
              Duration.ofSeconds(5),
              Clock.systemUTC())) {
        world
            .settings()
            .set("FHIR_SERVER_URL", server.url())
            .set("FHIR_OAUTH_CLIENT_ID", SmartFhirServer.CLIENT_WITH_KEY)
            .set("FHIR_OAUTH_PRIVATE_KEY", set)
            .set("FHIR_HEADERS", "X-Tenant: one");
        try (RunningVitalroutes vitalroutes = world.start()) {
          JsonNode jwks = World.json(vitalroutes.get("/.well-known/jwks.json"));
          assertThat(jwks.path("keys"))
              .hasSize(2)
              .allSatisfy(
                  key -> {
                    assertThat(key.has("d")).isFalse();
                    assertThat(key.has("p")).isFalse();
                    assertThat(key.path("use").asText()).isEqualTo("sig");
                    assertThat(key.path("alg").asText()).isIn("RS384", "ES384");
                  });

          world.withings().addUser(71, ZoneId.of("Europe/Paris"), "gus");
          assertThat(world.connect(vitalroutes, "gus", 71)).asString().contains("status=connected");
          for (int i = 1; i <= 5; i++) {
            world
                .withings()
                .addGroup(
                    71,
                    Inspection.weightGroup(
                        7100 + i, Instant.now().minusSeconds(600 * i), 70_000 + i),
                    true);
            int count = i;
            await()
                .atMost(SOON)
                .untilAsserted(
                    () -> assertThat(world.fhir().valuesOf("gus", "29463-7")).hasSize(count));
          }

          assertThat(health(vitalroutes)).isEqualTo("UP");
          assertThat(server.refused()).isZero();
          assertThat(new Inspection(world.database()).failedRequests()).isZero();
        }
      }
    }
  }

  private static String health(RunningVitalroutes vitalroutes) {
    return World.json(
            RunningVitalroutes.send(
                HttpRequest.newBuilder(URI.create(vitalroutes.managementUrl() + "/actuator/health"))
                    .GET()))
        .at("/components/fhir/status")
        .asText();
  }

  private SmartFhirServer server(SignatureAlgorithm algorithm, Duration life) {
    return new SmartFhirServer(
        HAPI, "http://localhost:" + published.getAddress().getPort() + "/", algorithm, life, clock);
  }

  private IGenericClient client(SmartFhirServer server, String id, String secret) {
    SmartTokens tokens =
        new SmartTokens(
            server.url(),
            new SmartTokens.Client(id, secret, SCOPES, ""),
            secret.isEmpty() ? keys : SmartKeys.none(),
            null,
            clock);
    return new FhirClients(server.url(), 4, tokens, Map.of(), null).in(FhirVersion.R5);
  }

  private static IIdType create(IGenericClient client) {
    return client.create().resource(new Patient()).execute().getId();
  }

  private static String set(JWK... keys) {
    return new JWKSet(List.of(keys)).toString(false);
  }

  private static JWK rsa(String id) {
    return new RSAKey.Builder(UserTokens.sharedKey()).keyID(id).build();
  }

  private static JWK ec(String id) throws JOSEException {
    return new ECKeyGenerator(Curve.P_384).keyID(id).generate();
  }
}
